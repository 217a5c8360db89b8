"""Addresses of forms: those that everybody may open, under /f/, and the pages about them."""

from django.urls import path

from accord.server.forms import editor, pages, public

urlpatterns = [
    path("f/<slug:key>", public.form, name="form-public"),
    path("f/<slug:key>/thanks", public.thanks, name="form-thanks"),
    path("forms/", pages.forms, name="forms"),
    path("forms/new/", editor.new, name="form-new"),
    path("forms/preview/", editor.preview, name="form-preview"),
    path("forms/submissions/", pages.submissions, name="submissions"),
    path("forms/submissions/export/", pages.export, name="submissions-export"),
    path("forms/submissions/<int:key>/", pages.submission, name="submission"),
    path("forms/submissions/<int:key>/judge/", pages.judge, name="submission-judge"),
    path("forms/consents/of/<int:person>/", pages.consents_of, name="consents-of"),
    path("forms/<int:key>/", pages.form, name="form"),
    path("forms/<int:key>/edit/", editor.edit, name="form-edit"),
    path("forms/<int:key>/disable/", pages.disable, name="form-disable"),
    path("forms/<int:key>/enable/", pages.enable, name="form-enable"),
]
