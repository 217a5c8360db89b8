"""Addresses of the Duplicates pages."""

from django.urls import path

from accord.server.duplicates import actions, pages

urlpatterns = [
    path("duplicates/", pages.duplicates, name="duplicates"),
    path("duplicates/<int:key>/", pages.duplicate, name="duplicate"),
    path("duplicates/<int:key>/merge/", actions.merge, name="duplicate-merge"),
    path("duplicates/<int:key>/dismiss/", actions.dismiss, name="duplicate-dismiss"),
    path("duplicates/<int:key>/later/", actions.later, name="duplicate-later"),
    path("duplicates/<int:key>/reconsider/", actions.reconsider, name="duplicate-reconsider"),
    path("duplicates/merges/<int:key>/", pages.merged, name="duplicates-merge"),
    path("duplicates/merges/<int:key>/undo/", actions.undo, name="duplicates-undo"),
    path("duplicates/of/<str:kind>/<int:key>/", pages.of_record, name="duplicates-of"),
]
