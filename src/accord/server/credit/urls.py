"""Addresses of the pages of credit."""

from django.urls import path

from accord.server.credit import deal_pages, pages

urlpatterns = [
    path("campaigns/", pages.campaigns, name="campaigns"),
    path("attribution/", pages.attribution, name="attribution"),
    path("attribution/deals/", deal_pages.deals, name="won-deals"),
    path("attribution/deals/<int:key>/", deal_pages.deal, name="won-deal"),
    path("attribution/restatements/", deal_pages.restatements, name="restatements"),
]
