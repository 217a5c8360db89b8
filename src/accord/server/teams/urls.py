"""Addresses of the Teams pages."""

from django.urls import path

from accord.server.teams import pages

urlpatterns = [
    path("teams/", pages.teams, name="teams"),
    path("teams/places/<int:key>/", pages.place, name="teams-place"),
    path("teams/places/<int:key>/back/", pages.put_back, name="teams-put-back"),
    path("teams/<int:key>/add/", pages.join, name="teams-join"),
    path("teams/places/<int:key>/remove/", pages.remove, name="teams-remove"),
    path("teams/changes/<int:key>/undo/", pages.undo, name="teams-undo"),
    path("teams/leave/new/", pages.leave_new, name="teams-leave-new"),
    path("teams/leave/<int:key>/", pages.leave_edit, name="teams-leave"),
    path("teams/leave/<int:key>/cancel/", pages.leave_cancel, name="teams-leave-cancel"),
    path("teams/dry-run/", pages.dry_run, name="teams-dry-run"),
]
