"""Addresses of the pages of closing."""

from django.urls import path

from accord.server.closing import discount_pages, pages

urlpatterns = [
    path("close-rates/", pages.close_rate_map, name="close-rates"),
    path("close-rates/export/", pages.export_rates, name="close-rates-export"),
    path("close-rates/leads/", pages.leads_of_a_cell, name="close-rates-leads"),
    path("close-rates/discounts/", discount_pages.discount_view, name="discounts"),
    path("close-rates/discounts/deals/", discount_pages.deals_of_a_group, name="discounts-deals"),
    path("funnel/", pages.funnel_and_velocity, name="funnel"),
    path("funnel/export/", pages.export_funnel, name="funnel-export"),
    path("funnel/leads/", pages.leads_of_a_passage, name="funnel-leads"),
]
