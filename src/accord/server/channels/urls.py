"""Addresses of the Channels pages."""

from django.urls import path

from accord.server.channels import pages

urlpatterns = [
    path("channels/", pages.channels, name="channels"),
    path("channels/export/", pages.export, name="channels-export"),
    path("channels/rows/", pages.behind, name="channels-rows"),
]
