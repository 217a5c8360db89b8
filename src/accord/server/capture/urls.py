"""Addresses of the pages of capture."""

from django.urls import URLPattern, path

from accord.server.capture import pages

urlpatterns: list[URLPattern] = [
    path("imports/", pages.imports, name="imports"),
    path("imports/<int:key>/", pages.detail, name="import-run"),
    path("imports/<int:key>/refused/", pages.refused, name="import-run-refused"),
]
