"""Addresses of the pages of agreements."""

from django.urls import URLPattern, path

from accord.server.agreements import decision_pages, draft_pages, pages

urlpatterns: list[URLPattern] = [
    path("agreement/", pages.agreement, name="agreement"),
    path("agreement/<int:number>/", pages.revision, name="revision"),
    path("agreement/<int:number>/file/", pages.revision_file, name="revision-file"),
    path("agreement/<int:number>/sign/", decision_pages.sign_revision, name="sign-revision"),
    path("agreement/<int:number>/decline/", decision_pages.decline_revision, name="decline-revision"),
    path("agreement/<int:number>/withdraw/", decision_pages.withdraw_revision, name="withdraw-revision"),
    path("agreement/<int:number>/comment/", decision_pages.comment_revision, name="comment-revision"),
    path("agreement/<int:number>/comment/<int:thread>/", decision_pages.settle_comment, name="settle-comment"),
    path("agreement/drafts/", draft_pages.drafts, name="drafts"),
    path("agreement/drafts/begin/", draft_pages.begin_draft, name="begin-draft"),
    path("agreement/drafts/<int:key>/", draft_pages.draft, name="draft"),
    path("agreement/drafts/<int:key>/save/", draft_pages.save_draft, name="save-draft"),
    path("agreement/drafts/<int:key>/values/", draft_pages.set_values, name="set-values"),
    path("agreement/drafts/<int:key>/take-over/", draft_pages.take_over_draft, name="take-over-draft"),
    path("agreement/drafts/<int:key>/drop/", draft_pages.drop_draft, name="drop-draft"),
    path("agreement/drafts/<int:key>/propose/", draft_pages.propose_draft, name="propose-draft"),
]
