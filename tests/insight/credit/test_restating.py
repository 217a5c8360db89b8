"""What is said of months that were over, and was said otherwise before."""

import pyarrow as pa
from tests.insight.conftest import DAY
from tests.insight.credit.conftest import Held, Rows, company, ground, visit, won

from accord.insight.credit import Scope
from accord.insight.credit.crediting import credit
from accord.insight.credit.restating import Detail, Restated, restated

MARCH, APRIL, MAY = (1970 * 12 + month for month in (2, 3, 4))
VISITS = [visit(1, 60 * DAY, "Paid Search"), visit(2, 70 * DAY, "Email")]
"""In March."""


def tables(held: Held, **star: Rows) -> dict[str, pa.Table]:
    held.hold(company(**{"visits": VISITS, **star}))
    return dict(credit(held, ground()))


def said(before: dict[str, pa.Table], after: dict[str, pa.Table], until: int = MAY, why: str = "") -> list[Restated]:
    return list(restated(before, after, until=until, model="linear", scope=Scope.COMPANY, why=why))


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
    found = [(each.month, each.before, each.after, each.details) for each in said(before, after)]
    assert found == [
        (MARCH, 1_000, 0, [Detail("1", 1_000, None)]),
        (APRIL, 0, 1_000, [Detail("1", None, 1_000)]),
    ]


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
    assert said(before, after, why="other terms")[0].why == "other terms"


def test_what_a_markov_chain_learns_of_others_is_no_restatement(held: Held) -> None:
    deals = [won(1, 80 * DAY, 1_000)]
    before = tables(held, deals=deals)
    after = tables(held, deals=deals, visits=[*VISITS, visit(3, 65 * DAY, "Email", person=3)])
    told = {"until": MAY, "model": "markov_1", "scope": Scope.COMPANY}
    assert restated(before, after, **told) == []
    (found,) = restated(before, after, **told, why="other terms")
    assert found.what == "credit"


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
