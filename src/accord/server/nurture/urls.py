"""Addresses of the pages of near misses."""

from django.urls import URLPattern, path

from accord.server.nurture import pages

urlpatterns: list[URLPattern] = [
    path("near-misses/", pages.near_misses, name="near-misses"),
    path("near-misses/of/<int:lead_id>/", pages.near_miss_of, name="near-miss-of"),
    path("near-misses/export/", pages.export, name="near-misses-export"),
]
