"""Addresses of the Tracking pages. The tracking API itself stands before Django, under /v1/."""

from django.urls import path

from accord.server.tracking import pages

urlpatterns = [
    path("tracking/", pages.all_sources, name="sources"),
    path("tracking/new/", pages.new, name="source-new"),
    path("tracking/messages/", pages.messages, name="messages"),
    path("tracking/messages/<int:micros>/<int:key>/", pages.message, name="message"),
    path("tracking/<int:key>/", pages.source, name="source"),
    path("tracking/<int:key>/edit/", pages.edit, name="source-edit"),
    path("tracking/<int:key>/disable/", pages.disable, name="source-disable"),
    path("tracking/<int:key>/enable/", pages.enable, name="source-enable"),
    path("tracking/<int:key>/rotate/", pages.rotate, name="source-rotate"),
    path("tracking/<int:key>/try-again/", pages.try_again, name="source-try-again"),
]
