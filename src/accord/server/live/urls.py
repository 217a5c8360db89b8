"""The address of the stream."""

from django.urls import URLPattern, path

from accord.server.live import pages

urlpatterns: list[URLPattern] = [path("live/", pages.no_stream, name="live")]
