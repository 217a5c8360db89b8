"""Addresses of the pages of disputes."""

from django.urls import URLPattern, path

from accord.server.disputes import actions, pages, sample_pages

urlpatterns: list[URLPattern] = [
    path("disputes/", pages.disputes, name="disputes"),
    path("disputes/export/", pages.export, name="disputes-export"),
    path("disputes/<int:key>/", pages.dispute, name="dispute"),
    path("disputes/<int:key>/say/", actions.say, name="dispute-say"),
    path("disputes/<int:key>/rule/", actions.rule, name="dispute-rule"),
    path("disputes/<int:key>/withdraw/", actions.withdraw, name="dispute-withdraw"),
    path("disputes/<int:key>/draft/", actions.begin_draft, name="dispute-draft"),
    path("disputes/of/<int:lead_id>/", pages.of_lead, name="disputes-of"),
    path("disputes/of/<int:lead_id>/contest/", actions.contest, name="dispute-contest"),
    path("disputes/set-aside/<slug:side>/", pages.set_aside, name="disputes-set-aside"),
    path("disputes/samples/", sample_pages.samples, name="disputes-samples"),
    path("disputes/samples/<int:key>/", sample_pages.sample, name="disputes-sample"),
    path("disputes/samples/leads/<int:key>/", sample_pages.sampled, name="disputes-sampled"),
    path("disputes/samples/leads/<int:key>/judge/", sample_pages.judge_lead, name="disputes-judge"),
]
