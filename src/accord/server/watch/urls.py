"""Addresses of the pages of the watch."""

from django.urls import URLPattern, path

from accord.server.watch import pages

urlpatterns: list[URLPattern] = [
    path("black-hole/", pages.black_hole, name="black-hole"),
    path("black-hole/export/", pages.export, name="black-hole-export"),
]
