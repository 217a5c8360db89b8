"""What is said of months that were over, and was said otherwise before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
from tests.insight.conftest import DAY
from tests.insight.credit.conftest import Held, Rows, company, ground, visit, won

from accord.agreement import CreditTerms
from accord.agreement.exchange import StatedRate
from accord.insight.credit import Scope
from accord.insight.credit.crediting import credit
from accord.insight.credit.restating import TERMS, UPDATED, Agreed, Detail, Restated, restated

MARCH, APRIL, MAY = (1970 * 12 + month for month in (2, 3, 4))
VISITS = [visit(1, 60 * DAY, "Paid Search"), visit(2, 70 * DAY, "Email")]
"""In March."""
LINEAR = Agreed("linear", Scope.COMPANY)


def tables(held: Held, **star: Rows) -> dict[str, pa.Table]:
    held.hold(company(**{"visits": VISITS, **star}))
    return dict(credit(held, ground()))


def said(before: dict[str, pa.Table], after: dict[str, pa.Table], until: int = MAY, why: str = "") -> list[Restated]:
    return list(restated(before, after, until=until, was=LINEAR, now=LINEAR, why=why))


def test_what_is_the_same_is_not_restated(held: Held) -> None:
    before = tables(held, deals=[won(1, 80 * DAY, 1_000)])
    assert said(before, tables(held, deals=[won(1, 80 * DAY, 1_000)])) == []


def test_a_late_deal_and_a_refund_change_the_month_in_which_they_were_won(held: Held) -> None:
    before = tables(held, deals=[won(1, 80 * DAY, 1_000), won(2, 100 * DAY, 500)])
    after = tables(held, deals=[won(1, 80 * DAY, 700), won(2, 100 * DAY, 500), won(3, 101 * DAY, 200)])
    assert said(before, after) == [
        Restated(MARCH, "bookings", 1_000, 700, "1 amount changed", [Detail("1", 1_000, 700)]),
        Restated(APRIL, "bookings", 500, 700, "1 deal came late", [Detail("3", None, 200)]),
    ]


def test_a_deal_that_is_won_no_more_or_in_another_month_changes_both(held: Held) -> None:
    before = tables(held, deals=[won(1, 80 * DAY, 1_000)])
    after = tables(held, deals=[won(1, 100 * DAY, 1_000)])
    moved = "1 deal was won in another month"
    assert said(before, after) == [
        Restated(MARCH, "bookings", 1_000, 0, moved, [Detail("1", 1_000, None)]),
        Restated(APRIL, "bookings", 0, 1_000, moved, [Detail("1", None, 1_000)]),
    ]
    (gone,) = said(before, tables(held))
    assert (gone.after, gone.why, gone.details) == (0, "1 deal is won no more", [Detail("1", 1_000, None)])


def test_a_month_that_was_not_over_is_not_restated(held: Held) -> None:
    before = tables(held, deals=[won(1, 80 * DAY, 1_000)])
    after = tables(held, deals=[won(1, 80 * DAY, 1_000), won(2, 100 * DAY, 500)])
    assert said(before, after, until=APRIL) == []


def test_a_late_touch_moves_credit_and_no_bookings(held: Held) -> None:
    deals = [won(1, 80 * DAY, 1_000)]
    before = tables(held, deals=deals)
    after = tables(held, deals=deals, visits=[*VISITS, visit(3, 65 * DAY, "Referral")])
    (found,) = said(before, after)
    assert (found.month, found.what, found.before, found.after) == (MARCH, "credit", 0, 333)
    assert found.details == [Detail("Referral", 0, 333), Detail("Email", 500, 333), Detail("Paid Search", 500, 334)]
    assert "touches came late" in found.why
    assert said(before, after, why=TERMS)[0].why == TERMS


def test_what_a_markov_chain_learns_of_others_is_no_restatement(held: Held) -> None:
    deals = [won(1, 80 * DAY, 1_000)]
    before = tables(held, deals=deals)
    after = tables(held, deals=deals, visits=[*VISITS, visit(3, 65 * DAY, "Email", person=3)])
    markov = Agreed("markov_1", Scope.COMPANY)
    assert restated(before, after, until=MAY, was=markov, now=markov) == []
    (found,) = restated(before, after, until=MAY, was=markov, now=markov, why=UPDATED)
    assert found.what == "credit"


def test_another_model_or_whose_touches_count_moves_credit_of_each_month_once(held: Held) -> None:
    """From linear, everybody: 500 each; to the first touch of the contact alone, or to everybody's first."""
    visits = [*VISITS, visit(3, 92 * DAY, "Referral", person=2)]
    made = tables(held, visits=visits, deals=[won(1, 80 * DAY, 1_000), won(2, 95 * DAY, 900), won(3, 96 * DAY, 900)])
    told = {"until": MAY, "was": LINEAR, "why": TERMS}
    first = restated(made, made, **told, now=Agreed("first", Scope.COMPANY))
    assert [(each.month, each.what, each.after, each.why) for each in first] == [
        (MARCH, "credit", 500, TERMS),
        (APRIL, "credit", 1_200, TERMS),
    ]
    assert first[0].details == [Detail("Email", 500, 0), Detail("Paid Search", 500, 1_000)]
    (contact,) = restated(made, made, **told, now=Agreed("linear", Scope.CONTACT))
    assert (contact.month, contact.after, contact.details[0]) == (APRIL, 600, Detail("Referral", 600, 0))


def test_other_terms_are_no_reason_for_other_bookings_and_other_definitions_are(held: Held) -> None:
    cost = {"cost_id": 1, "day": 65, "source": "google", "currency": "EUR", "amount_cents": 300}
    before = tables(held, deals=[won(1, 80 * DAY, 1_000)])
    after = tables(held, deals=[won(1, 80 * DAY, 700)], costs=[cost])
    assert [each.why for each in said(before, after, why=TERMS)] == ["1 amount changed", "costs of 1 came late"]
    assert [each.why for each in said(before, after, why=UPDATED)] == [
        f"{UPDATED}: 1 amount changed",
        f"{UPDATED}: costs of 1 came late",
    ]


def test_margins_are_restated_like_revenue_where_one_is_stated(held: Held) -> None:
    before = tables(held, deals=[won(1, 80 * DAY, 1_000, margin_cents=400), won(2, 80 * DAY, 500)])
    after = tables(
        held,
        deals=[won(1, 80 * DAY, 1_000, margin_cents=300), won(2, 80 * DAY, 500), won(3, 100 * DAY, 90, margin_cents=9)],
    )
    assert [each for each in said(before, after) if each.what == "margin"] == [
        Restated(MARCH, "margin", 400, 300, "1 margin changed", [Detail("1", 400, 300)]),
        Restated(APRIL, "margin", 0, 9, "1 deal came late", [Detail("3", None, 9)]),
    ]
    assert [each.month for each in said(before, after) if each.what == "bookings"] == [APRIL]


def test_a_rate_that_came_late_and_another_time_zone_are_told_from_amounts_that_changed(held: Held) -> None:
    star = company(visits=VISITS, deals=[won(1, 80 * DAY, 1_000, currency="USD"), won(2, 90 * DAY - 1, 500)])
    held.hold(star)
    before = dict(credit(held, ground(CreditTerms(), StatedRate(date(1970, 3, 22), "EUR", "USD", Decimal(2)))))
    later = ground(CreditTerms(), StatedRate(date(1970, 3, 22), "EUR", "USD", Decimal(4)))
    after = dict(credit(held, replace(later, zone=ZoneInfo("UTC"))))
    found = [(each.month, each.before, each.after, each.why) for each in said(before, after)]
    zone = "1 deal is of another month in another time zone"
    assert found == [
        (MARCH, 500, 750, f"{zone}, 1 amount is converted by another rate"),
        (APRIL, 500, 0, zone),
    ]


def test_a_late_cost_changes_its_month(held: Held) -> None:
    cost = {"cost_id": 1, "day": 65, "source": "google", "medium": "cpc", "currency": "EUR", "amount_cents": 300}
    other = {**cost, "cost_id": 2, "campaign": "spring", "amount_cents": 50}
    before = tables(held, costs=[cost])
    after = tables(held, costs=[{**cost, "amount_cents": 310}, other])
    assert said(before, after) == [
        Restated(
            MARCH,
            "costs",
            300,
            360,
            "costs of 1 came late and costs changed",
            [Detail("google / cpc / spring", None, 50), Detail("google / cpc", 300, 310)],
        )
    ]
