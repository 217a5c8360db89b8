"""What each channel brought and cost, worked out by hand from the month of ``conftest.py``."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.server.channels.conftest import CHATGPT, DIRECT, NOON, PAID, March, Traffic
from tests.server.conftest import Cast
from tests.server.files.reading import read_csv

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.channels.asked import Asked, Period, Show, Span, asked
from accord.server.channels.behind import Narrowed, Number, costs_behind, leads_behind, visits_behind
from accord.server.channels.exports import channels_table
from accord.server.channels.figures import Way
from accord.server.channels.rows import Figures, Report, report
from accord.server.files.csv_file import csv_pieces

BERLIN = ZoneInfo("Europe/Berlin")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), BERLIN)


def reported(reader: User, **more: object) -> Report:
    return report(Asked(MARCH, **more), reader)  # type: ignore[arg-type]


def counts(figures: Figures) -> tuple[int | None, ...]:
    return (
        figures.visits, figures.visitors, figures.people, figures.leads, figures.mql, figures.accepted, figures.won,
    )  # fmt: skip


def test_each_channel_has_what_one_counts_by_hand(march: March, cast: Cast) -> None:
    found = reported(cast.mara, sort="name")
    assert {row.channel: counts(row.figures) for row in found.channels} == {
        "": (1, 1, 0, 0, 0, 0, 0),
        "AI Assistants": (1, 1, 0, 0, 0, 0, 0),
        "Direct": (1, 1, 0, 0, 0, 0, 0),
        "Email": (0, 0, 0, 1, 1, 1, 0),
        "Paid Search": (3, 2, 1, 1, 1, 1, 1),
        "Unassigned": (0, 0, 1, 1, 0, 0, 0),
    }
    assert {row.channel: row.figures.cost for row in found.channels if row.figures.cost} == {
        "Paid Search": {"EUR": Decimal("125.50"), "USD": Decimal("10.00")},
        "Unassigned": {"EUR": Decimal("300.00")},
    }
    assert [row.name for row in found.channels] == [
        "AI Assistants", "Direct", "Email", "No arrival", "Paid Search", "Unassigned",
    ]  # fmt: skip


def test_every_total_is_the_sum_of_its_rows_but_for_visitors(march: March, cast: Cast) -> None:
    found = reported(cast.mara)
    # Ada's two browsers, Bob's, and the stranger's, who came twice.
    assert counts(found.total) == (6, 4, 2, 3, 2, 2, 1)
    assert found.total.cost == {"EUR": Decimal("425.50"), "USD": Decimal("10.00")}
    assert (found.total.clicks, found.total.impressions) == (10, 900)
    for name in ("visits", "people", "leads", "mql", "accepted", "won"):
        ways = [getattr(way.figures, name) for row in found.channels for way in row.ways]
        assert sum(ways) == getattr(found.total, name)


def test_a_cost_without_visits_and_visits_without_cost_have_rows_of_their_own(march: March, cast: Cast) -> None:
    (paid,) = [row for row in reported(cast.mara).channels if row.channel == "Paid Search"]
    assert {row.way.campaign: (row.figures.visits, row.figures.cost.get("EUR")) for row in paid.ways} == {
        "spring": (2, Decimal("100.00")),
        "summer": (1, None),
        "autumn": (0, Decimal("25.50")),
    }
    nobody = reported(cast.mara, show=Show.NO_VISITS)
    assert [row.way.campaign or row.way.source for each in nobody.channels for row in each.ways] == [
        "trade fair",
        "autumn",
    ]
    assert (nobody.total.cost, nobody.total.visitors) == ({"EUR": Decimal("325.50")}, None)
    free = reported(cast.mara, show=Show.NO_COST)
    assert sorted(row.channel for row in free.channels) == ["", "AI Assistants", "Direct", "Paid Search"]
    assert free.total.visits == 4


def test_what_one_costs_is_rounded_to_the_cent_and_told_of_nothing_where_there_is_none(
    march: March, cast: Cast
) -> None:
    (paid,) = [row for row in reported(cast.mara).channels if row.channel == "Paid Search"]
    assert paid.figures.cost_of_each("visits") == {"EUR": Decimal("41.83"), "USD": Decimal("3.33")}
    assert paid.figures.cost_of_each("won") == {"EUR": Decimal("125.50"), "USD": Decimal("10.00")}
    assert Figures(cost={"EUR": Decimal(1)}).cost_of_each("leads") == {"EUR": None}


def test_inbound_outbound_and_what_cannot_be_told_are_all_there_is(march: March, cast: Cast) -> None:
    found = reported(cast.mara)
    assert (found.inbound.visits, found.outbound.visits, found.untold.visits) == (5, 0, 1)
    assert (found.inbound.leads, found.outbound.leads, found.untold.leads) == (1, 1, 1)
    assert (found.robots, found.unclear) == (2, 1)


def test_a_lead_counts_by_the_first_touch_in_any_browser_that_no_robot_made(traffic: Traffic, cast: Cast) -> None:
    ada = traffic.person("Ada")
    one, other = traffic.browser(ada), traffic.browser(ada)
    traffic.visit(one, NOON - timedelta(days=200), agent="robot", **DIRECT)
    traffic.visit(one, NOON - timedelta(days=150), channel="")
    traffic.visit(other, NOON - timedelta(days=100), **CHATGPT)
    traffic.visit(one, NOON, **PAID)
    traffic.lead(ada, source="Paid Search")
    (row,) = [row for row in reported(cast.mara).channels if row.figures.leads]
    assert [each.way for each in row.ways] == [Way("AI Assistants", "chatgpt", "referral", "")]
    assert (row.sources, row.figures.people) == (("chatgpt",), 1)


def test_a_lead_without_a_visit_counts_by_its_stated_source_or_as_not_stated(traffic: Traffic, cast: Cast) -> None:
    traffic.lead(traffic.person("Ada"), source="organic search")
    traffic.lead(traffic.person("Bob"), source="trade fair")
    traffic.lead(traffic.person("Cy"))
    ways = [each.way for row in reported(cast.mara).channels for each in row.ways]
    assert sorted(ways) == [
        Way("Organic Search", "organic search", "", ""),
        Way("Unassigned", "", "", ""),
        Way("Unassigned", "trade fair", "", ""),
    ]


def test_a_cost_stands_where_the_visits_of_its_link_stand(traffic: Traffic, cast: Cast) -> None:
    # An assistant that only its path tells from the search engine around it: by its name alone it would be a search.
    traffic.visit(traffic.browser(), channel="AI Assistants", source="bing", medium="referral", inbound=True)
    traffic.cost("5", source="bing", medium="referral")
    (row,) = reported(cast.mara).channels
    assert (row.channel, row.figures.visits, row.figures.cost) == ("AI Assistants", 1, {"EUR": Decimal("5.00")})


def test_days_begin_and_end_at_midnight_of_the_reader(traffic: Traffic, cast: Cast) -> None:
    browser = traffic.browser()
    for at in ("2026-02-28T22:59", "2026-02-28T23:01", "2026-03-31T21:59", "2026-03-31T22:01"):
        traffic.visit(browser, datetime.fromisoformat(f"{at}+00:00"), **DIRECT)
    found = reported(cast.mara).total
    assert (found.visits, found.visitors) == (2, 1)


def test_rows_are_found_by_every_word_and_sorted_as_asked(march: March, cast: Cast) -> None:
    found = reported(cast.mara, text="GOOGLE spr")
    assert [(row.channel, row.figures.visits, row.figures.visitors) for row in found.channels] == [
        ("Paid Search", 2, None)
    ]
    by_cost = [row.channel for row in reported(cast.mara, sort="-cost").channels]
    assert by_cost[:2] == ["Unassigned", "Paid Search"]
    assert reported(cast.mara, sort="-leads").channels[0].channel == "Paid Search"
    assert reported(cast.mara, sort="visits").channels[-1].channel == "Paid Search"


def test_names_that_look_like_one_are_pointed_out_and_stay_apart(traffic: Traffic, cast: Cast) -> None:
    traffic.visit(traffic.browser(), campaign="spring-sale", **PAID)
    traffic.cost("5", "Spring_Sale")
    found = reported(cast.mara)
    assert found.alike == {"campaign": (("Spring_Sale", "spring-sale"),)}
    assert len(found.channels[0].ways) == 2


def test_behind_every_number_stand_as_many_rows(march: March, cast: Cast) -> None:
    for row in reported(cast.mara).channels:
        only = Narrowed({"channel": row.channel})
        assert visits_behind(MARCH, only, cast.mara).count() == row.figures.visits
        for number in (Number.LEADS, Number.MQL, Number.ACCEPTED, Number.WON):
            assert leads_behind(number, MARCH, only, cast.mara).count() == getattr(row.figures, number)
        for way in row.ways:
            parts = dict(zip(("channel", "source", "medium", "campaign"), way.way, strict=True))
            euros = costs_behind(MARCH, Narrowed(parts), cast.mara).filter(currency="EUR")
            assert sum(cost.amount for cost in euros) == way.figures.cost.get("EUR", 0)
    (won,) = leads_behind(Number.WON, MARCH, Narrowed({}), cast.mara)
    assert won.person == march.ada


def test_the_file_has_a_line_for_each_way_and_a_column_for_each_currency(march: March, cast: Cast) -> None:
    rows = read_csv("".join(csv_pieces(channels_table(cast.xenia, Asked(MARCH), at=NOON))).encode())
    assert len(rows) == 8
    (spring,) = [row for row in rows if row["Campaign"] == "spring"]
    assert (spring["Visits"], spring["Cost EUR"], spring["Cost USD"]) == ("2", "100.00", "10.00")
    assert (spring["Cost per visit EUR"], spring["Cost per lead EUR"], spring["Clicks"]) == ("50.00", "100.00", "10")
    entry = AuditEntry.objects.get(action="channels.exported")
    assert (entry.actor, entry.details["rows"]) == (cast.xenia, 8)


def test_a_campaign_that_looks_like_a_formula_is_harmless_in_a_spreadsheet(traffic: Traffic, cast: Cast) -> None:
    traffic.visit(traffic.browser(), campaign="=HYPERLINK(1)", **PAID)
    assert ",'=HYPERLINK(1)," in "".join(csv_pieces(channels_table(cast.mara, Asked(MARCH), at=NOON)))


def test_sales_and_the_agency_do_not_see_what_channels_cost(march: March, cast: Cast) -> None:
    for reader in (cast.tom, cast.alma):
        for ask in (
            lambda: reported(reader),  # noqa: B023  # called at once
            lambda: visits_behind(MARCH, Narrowed({}), reader),  # noqa: B023
            lambda: leads_behind(Number.LEADS, MARCH, Narrowed({}), reader),  # noqa: B023
            lambda: costs_behind(MARCH, Narrowed({}), reader),  # noqa: B023
        ):
            with pytest.raises(AccessError):
                ask()


TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("given", "first", "last", "problem"),
    [
        ({}, date(2026, 3, 2), TODAY, ""),
        ({"span": "month"}, date(2026, 3, 1), TODAY, ""),
        ({"span": "90"}, date(2026, 1, 1), TODAY, ""),
        ({"from": "2026-02-01", "to": "2026-02-03"}, date(2026, 2, 1), date(2026, 2, 3), ""),
        ({"span": "own", "to": "2026-01-05"}, date(2026, 1, 5), date(2026, 1, 5), ""),
        ({"from": "yesterday"}, date(2026, 3, 2), TODAY, "“yesterday” is not a day"),
        ({"from": "9999-12-31"}, date(2026, 3, 2), TODAY, "too far away"),
        ({"from": "2026-03-05", "to": "2026-03-01"}, date(2026, 3, 5), date(2026, 3, 1), "ends before it begins"),
    ],
)
def test_an_address_asks_for_days(given: dict[str, str], first: date, last: date, problem: str) -> None:
    found = asked(given, BERLIN, TODAY)
    assert (found.period.first, found.period.last) == (first, last)
    assert problem in found.problem
    assert bool(found.problem) is bool(problem)


def test_what_an_address_says_and_nobody_understands_is_left_out() -> None:
    found = asked({"span": "x", "show": "y", "sort": "--z", "q": " a\x00b "}, BERLIN, TODAY)
    assert found == Asked(Period(date(2026, 3, 2), TODAY, BERLIN), Span.LAST_30, text="ab")
