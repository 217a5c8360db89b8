"""Addresses of the pages of mail sources."""

from django.urls import path

from accord.server.inbox import pages

urlpatterns = [
    path("tracking/<int:key>/mail/", pages.setup, name="mail-setup"),
    path("tracking/<int:key>/mail/<int:mail>/try-again/", pages.try_again, name="mail-try-again"),
    path("tracking/<int:key>/mail/<int:mail>/drop/", pages.drop, name="mail-drop"),
]
