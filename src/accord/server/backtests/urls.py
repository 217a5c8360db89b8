"""Addresses of the pages of backtests."""

from django.urls import path

from accord.server.backtests import pages

urlpatterns = [
    path("agreement/affected/", pages.affected_now, name="affected"),
    path("agreement/backtests/", pages.backtests, name="backtests"),
    path("agreement/backtests/new/", pages.new, name="backtest-new"),
    path("agreement/backtests/<int:key>/", pages.backtest, name="backtest"),
    path("agreement/backtests/<int:key>/people/", pages.people, name="backtest-people"),
    path("agreement/backtests/<int:key>/again/", pages.again, name="backtest-again"),
]
