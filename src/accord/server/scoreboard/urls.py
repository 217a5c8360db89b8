"""Addresses of the pages of scoreboard."""

from django.urls import path

from accord.server.scoreboard import hand_off_pages, pages

urlpatterns = [
    path("scoreboard/", pages.scoreboard, name="scoreboard"),
    path("scoreboard/hand-offs/", hand_off_pages.hand_offs, name="hand-offs"),
    path("scoreboard/rows/<slug:question>/", pages.rows, name="scoreboard-rows"),
]
