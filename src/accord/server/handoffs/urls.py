"""Addresses of the pages of handoffs."""

from django.urls import URLPattern, path

from accord.server.handoffs import bulk_pages, deal_verbs, marketing_verbs, pages, todo_pages, verbs

urlpatterns: list[URLPattern] = [
    path("queue/", pages.queue, name="queue"),
    path("queue/bulk/<slug:verb>/", bulk_pages.bulk, name="queue-bulk"),
    path("leads/<int:lead_id>/", pages.lead, name="lead"),
    path("leads/<int:lead_id>/timeline/", pages.lead_timeline, name="lead_timeline"),
    path("leads/<int:lead_id>/accept/", verbs.accept, name="lead_accept"),
    path("leads/<int:lead_id>/reject/", verbs.reject, name="lead_reject"),
    path("leads/<int:lead_id>/take/", verbs.take, name="lead_take"),
    path("leads/<int:lead_id>/take-back/", verbs.take_back, name="lead_take_back"),
    path("leads/<int:lead_id>/log/", verbs.log, name="lead_log"),
    path("leads/<int:lead_id>/pass-on/", verbs.pass_on, name="lead_pass_on"),
    path("leads/<int:lead_id>/qualify/", verbs.qualify, name="lead_qualify"),
    path("leads/<int:lead_id>/deal/", verbs.deal, name="lead_deal"),
    path("leads/<int:lead_id>/win/", verbs.win, name="lead_win"),
    path("leads/<int:lead_id>/lose/", verbs.lose, name="lead_lose"),
    path("leads/<int:lead_id>/correct/", deal_verbs.correct, name="lead_correct"),
    path("leads/<int:lead_id>/cancel/", deal_verbs.cancel, name="lead_cancel"),
    path("leads/<int:lead_id>/recycle/", verbs.recycle, name="lead_recycle"),
    path("leads/<int:lead_id>/snooze/", verbs.snooze, name="lead_snooze"),
    path("leads/<int:lead_id>/wake/", verbs.wake, name="lead_wake"),
    path("leads/<int:lead_id>/ask/", verbs.ask, name="lead_ask"),
    path("leads/<int:lead_id>/answer/", marketing_verbs.answer, name="lead_answer"),
    path("leads/<int:lead_id>/touch/", marketing_verbs.touch, name="lead_touch"),
    path("todo/", todo_pages.todo, name="todo"),
    path("leads/<int:lead_id>/fields/", verbs.fill_in, name="lead_fields"),
]
