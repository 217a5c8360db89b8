"""Addresses of calls: where telephone systems report them, the numbers for websites, and the pages."""

from django.urls import path

from accord.server.calls import actions, hooks, insertion, pages, report_pages

urlpatterns = [
    path("hooks/calls/<str:key>/", hooks.report, name="hook-calls"),
    path("numbers.js", insertion.numbers_js, name="numbers-js"),
    path("calls/", pages.calls, name="calls"),
    path("calls/export/", pages.export, name="calls-export"),
    path("calls/report/", report_pages.report, name="calls-report"),
    path("calls/report/rows/", report_pages.behind, name="calls-report-rows"),
    path("calls/numbers/", pages.numbers, name="calls-numbers"),
    path("calls/numbers/new/", pages.number_new, name="calls-number-new"),
    path("calls/numbers/<int:key>/", pages.number_edit, name="calls-number"),
    path("calls/numbers/<int:key>/retire/", actions.retire, name="calls-number-retire"),
    path("calls/numbers/<int:key>/revive/", actions.revive, name="calls-number-revive"),
    path("calls/own/<int:key>/remove/", actions.disown, name="calls-disown"),
    path("calls/<int:key>/lead/", actions.make_lead, name="calls-lead"),
    path("calls/<int:key>/whose/", actions.whose, name="calls-whose"),
    path("calls/<int:key>/settle/", actions.settle, name="calls-settle"),
    path("calls/<int:key>/unsettle/", actions.unsettle, name="calls-unsettle"),
    path("tracking/<int:key>/calls/", pages.setup, name="calls-setup"),
    path("tracking/<int:key>/calls/secret/", actions.show_secret, name="calls-secret"),
    path("tracking/<int:key>/calls/secret/replace/", actions.replace_secret, name="calls-secret-replace"),
]
