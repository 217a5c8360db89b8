"""Addresses of the pages of pipeline."""

from django.urls import URLPattern, path

from accord.server.pipeline import pages

urlpatterns: list[URLPattern] = [
    path("leads/", pages.leads, name="leads"),
    path("leads/export/", pages.export, name="leads-export"),
]
