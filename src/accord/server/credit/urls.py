"""Addresses of the pages of credit."""

from django.urls import path

from accord.server.credit import deal_pages, label_pages, pages

urlpatterns = [
    path("campaigns/", pages.campaigns, name="campaigns"),
    path("campaigns/one/", label_pages.label, name="campaign"),
    path("attribution/", pages.attribution, name="attribution"),
    path("attribution/deals/", deal_pages.deals, name="won-deals"),
    path("attribution/deals/<int:key>/", deal_pages.deal, name="won-deal"),
    path("attribution/restatements/", deal_pages.restatements, name="restatements"),
]
