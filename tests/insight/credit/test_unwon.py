"""Deals that are open or lost, with the touches before them."""

from datetime import timedelta

from tests.insight.conftest import DAY
from tests.insight.credit.conftest import Credit, company, ground, unwon, visit, won

from accord.agreement import CreditTerms

SEARCH = "Paid Search"


def before(made: dict[str, list[dict[str, object]]], deal: int) -> list[tuple[object, object]]:
    return [(row["touch_id"], row["contact"]) for row in made["approached"] if row["deal_id"] == deal]


def test_touches_until_a_deal_was_lost_count_and_of_an_open_one_all_until_now(credited: Credit) -> None:
    """A colleague's touch counts for the company; one after the deal was lost does not; a deal that is won is none."""
    visits = [
        visit(1, 90 * DAY, SEARCH), visit(2, 95 * DAY, SEARCH, person=2), visit(3, 120 * DAY, SEARCH),
        visit(4, 121 * DAY, SEARCH), visit(5, 100 * DAY, SEARCH, person=3),
    ]  # fmt: skip
    deals = [unwon(1, 120 * DAY, "lost"), unwon(2, 110 * DAY, "open"), unwon(3, 99 * DAY, "lost", lead=3)]
    made = credited(company(visits=visits, deals=[*deals, won(4, 130 * DAY, 100)]))
    assert before(made, 1) == [(1, 1), (2, 0), (3, 1)]
    assert before(made, 2) == [(1, 1), (2, 0), (3, 1), (4, 1)]
    assert before(made, 3) == before(made, 4) == []
    told = [(row["deal_id"], row["outcome"], row["company_touches"], row["contact_touches"]) for row in made["unwon"]]
    assert told == [(1, "lost", 3, 2), (2, "open", 4, 3), (3, "lost", 0, 0)]
    assert [row["deal_id"] for row in made["won"]] == [4]


def test_a_touch_that_is_older_than_the_agreement_lets_count_does_not(credited: Credit) -> None:
    visits = [visit(1, 89 * DAY, SEARCH), visit(2, 90 * DAY, SEARCH), visit(3, 130 * DAY, SEARCH)]
    deals = [unwon(1, 120 * DAY, "lost"), unwon(2, 120 * DAY, "open")]
    made = credited(company(visits=visits, deals=deals), ground(CreditTerms(lookback=timedelta(days=30))))
    assert before(made, 1) == [(2, 1)]
    assert before(made, 2) == [(2, 1), (3, 1)]


def test_a_lost_deal_is_of_the_month_of_its_end_and_an_open_one_of_that_of_its_beginning(credited: Credit) -> None:
    deals = [unwon(1, 31 * DAY, "lost"), unwon(2, 40 * DAY, "open"), unwon(3, 40 * DAY, "open", currency="USD")]
    made = credited(company(visits=[visit(1, 30 * DAY, SEARCH)], deals=deals))
    february = 1970 * 12 + 1
    assert [row["month"] for row in (*made["unwon"], *made["approached"])] == [february] * 6
    assert [row["revenue"] for row in made["unwon"]] == [500, 500, None]  # no rate is known


def test_whoever_has_moved_is_lost_with_the_company_of_then_and_not_with_that_of_now(credited: Credit) -> None:
    visits = [visit(1, 95 * DAY, SEARCH), visit(2, 96 * DAY, SEARCH, person=2), visit(3, 97 * DAY, SEARCH, person=3)]
    star = company(visits=visits, deals=[unwon(1, 120 * DAY, "lost", company_id=9)])
    works_at = {1: 8, 2: 9, 3: 8}
    star["people"] = [{"person_id": key, "company_id": at} for key, at in works_at.items()]
    assert before(credited(star), 1) == [(1, 1), (2, 0)]


def test_one_touch_of_a_deal_is_marked_for_each_label_of_the_company_and_of_the_contact(credited: Credit) -> None:
    """So that whoever counts the marks counts deals: a colleague's mail came before the contact's."""
    visits = [
        visit(1, 90 * DAY, "Email", person=2), visit(2, 91 * DAY, SEARCH), visit(3, 92 * DAY, "Email"),
        visit(4, 93 * DAY, SEARCH), visit(5, 94 * DAY, "Email", person=2),
    ]  # fmt: skip
    made = credited(company(visits=visits, deals=[unwon(1, 120 * DAY, "open")]))
    rows = made["approached"]
    assert [row["company_new_channel"] for row in rows] == [1, 1, 0, 0, 0]
    assert [row["contact_new_channel"] for row in rows] == [0, 1, 1, 0, 0]
    assert [row["contact_new_person"] for row in rows] == [0, 1, 0, 0, 0]
