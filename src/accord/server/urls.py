"""Every address of the server; each app lists its own."""

from django.urls import include, path

from accord.server.ui import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("health", pages.health, name="health"),
    path("accounts/", include("accord.server.accounts.urls")),
    path("", include("accord.server.notifications.urls")),
    path("", include("accord.server.live.urls")),
    path("", include("accord.server.agreements.urls")),
    path("", include("accord.server.pipeline.urls")),
    path("", include("accord.server.handoffs.urls")),
    path("", include("accord.server.nurture.urls")),
    path("", include("accord.server.teams.urls")),
    path("", include("accord.server.capture.urls")),
    path("", include("accord.server.tracking.urls")),
    path("", include("accord.server.forms.urls")),
    path("", include("accord.server.companies.urls")),
    path("", include("accord.server.duplicates.urls")),
    path("", include("accord.server.calls.urls")),
    path("", include("accord.server.inbox.urls")),
    path("", include("accord.server.channels.urls")),
    path("", include("accord.server.scoreboard.urls")),
    path("", include("accord.server.closing.urls")),
    path("", include("accord.server.credit.urls")),
    path("", include("accord.server.board.urls")),
    path("", include("accord.server.watch.urls")),
    path("", include("accord.server.disputes.urls")),
    path("", include("accord.server.backtests.urls")),
]
