"""Addresses of the board."""

from django.urls import path

from accord.server.board import pages

urlpatterns = [
    path("board/", pages.board, name="board"),
    path("board/leads/<int:lead_id>/give/", pages.give, name="board-give"),
    path("board/leads/<int:lead_id>/undo/", pages.undo, name="board-undo"),
]
