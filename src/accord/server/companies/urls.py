"""Addresses of the Companies pages."""

from django.urls import path

from accord.server.companies import actions, pages

urlpatterns = [
    path("companies/", pages.companies, name="companies"),
    path("companies/export/", pages.export, name="companies-export"),
    path("companies/visits/", pages.visits, name="companies-visits"),
    path("companies/organisation/", pages.organisation, name="companies-organisation"),
    path("companies/organisation/add/", actions.add, name="companies-add"),
    path("companies/corrections/<int:key>/undo/", actions.undo, name="companies-undo"),
    path("companies/<int:key>/", pages.company, name="company"),
    path("companies/<int:key>/network/", actions.correct, name="company-network"),
    path("companies/<int:key>/outreach/", actions.put_on_list, name="company-list"),
    path("companies/<int:key>/outreach/remove/", actions.take_off_list, name="company-unlist"),
    path("companies/<int:key>/outreach/back/", actions.put_back, name="company-put-back"),
]
