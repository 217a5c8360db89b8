"""Every question on tiny data worked out by hand, with the same answer from DuckDB and PostgreSQL."""

import pytest
from tests.insight.conftest import DAY, HOUR, NOW, Both, lead, went

STAGES = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer"]


def funnel(both: Both, *histories: list[dict[str, object]], **period: int) -> dict[str, tuple[object, ...]]:
    star = {
        "leads": [lead(at, opened_us=DAY) for at, _ in enumerate(histories, 1)],
        "stage_changes": [step for history in histories for step in history],
    }
    return {row[0]: row[2:] for row in both.ask("funnel", star, **period)}


# --- funnel ---------------------------------------------------------------------------------------------------------


def test_a_funnel_of_nobody_has_no_rates(both: Both) -> None:
    """Lesson 26: an empty base gives no rate."""
    assert funnel(both) == dict.fromkeys(STAGES, (0, None, None))


def test_a_skipped_stage_counts_as_passed(both: Both) -> None:
    """Lesson 26: the one who jumped to opportunity was counted at every stage before it."""
    found = funnel(both, went(1, "lead", "opportunity"), went(2, "lead", "mql"))
    assert found == {
        "subscriber": (2, None, 1.0),
        "lead": (2, 1.0, 1.0),
        "mql": (2, 1.0, 1.0),
        "sal": (1, 0.5, 0.5),
        "sql": (1, 1.0, 0.5),
        "opportunity": (1, 1.0, 0.5),
        "customer": (0, 0.0, 0.0),
    }


def test_a_step_back_or_a_detour_takes_nothing_away_and_adds_nothing(both: Both) -> None:
    """Lesson 26: no stage is counted twice, whatever the way."""
    found = funnel(both, went(1, "lead", "mql", "sal", "mql", "sal", "recycled"), went(2, "lead", "disqualified"))
    assert [found[stage][0] for stage in STAGES] == [2, 2, 1, 1, 0, 0, 0]
    assert all(rate is None or rate <= 1 for counts in found.values() for rate in counts[1:])


def test_a_stage_after_an_empty_one_has_no_rate(both: Both) -> None:
    """Lesson 26: nobody out of nobody is not 100 %, and not 0 % either."""
    found = funnel(both, went(1, "lead"))
    assert found["mql"] == (0, 0.0, 0.0)
    assert found["sal"] == (0, None, 0.0)


def test_the_cohort_is_who_began_in_the_period_wherever_they_are_now(both: Both) -> None:
    histories = went(1, "lead", "mql", start=DAY)
    assert funnel(both, histories, from_us=DAY, to_us=DAY + 1)["mql"][0] == 1
    assert funnel(both, histories, from_us=DAY + 1, to_us=NOW)["lead"][0] == 0
    assert funnel(both, histories, from_us=0, to_us=DAY)["lead"][0] == 0


def test_a_second_cycle_is_a_lead_of_its_own(both: Both) -> None:
    star = {
        "leads": [
            lead(1, opened_us=DAY, stage="recycled", ended_us=9 * DAY),
            lead(2, person_id=1, cycle=2, opened_us=20 * DAY, first_contact_us=DAY),
        ],
        "stage_changes": [*went(1, "lead", "mql", "recycled"), *went(2, "lead", start=20 * DAY)],
    }
    whole = {row[0]: row[2] for row in both.ask("funnel", star)}
    assert (whole["lead"], whole["mql"]) == (2, 1)
    assert {row[0]: row[2] for row in both.ask("funnel", star, from_us=20 * DAY)}["mql"] == 0


def test_every_number_of_the_funnel_is_the_number_of_rows_behind_it(both: Both) -> None:
    star = {
        "leads": [lead(1, opened_us=DAY), lead(2, opened_us=DAY), lead(3, opened_us=DAY)],
        "stage_changes": [*went(1, "lead", "customer"), *went(2, "mql"), *went(3, "lead", "recycled")],
    }
    places = [row[2] for row in both.ask("funnel_leads", star)]
    for _, place, leads, *_ in both.ask("funnel", star):
        assert sum(reached >= place for reached in places) == leads


# --- wins -----------------------------------------------------------------------------------------------------------


def won(key: int, at: int, cents: int | None = None, **more: object) -> dict[str, object]:
    return {
        "deal_id": key,
        "lead_id": key,
        "outcome": "won",
        "closed_us": at,
        "amount_cents": cents,
        "currency": "EUR",
    } | more


def test_not_stated_is_not_the_source_that_is_called_unknown(both: Both) -> None:
    star = {
        "leads": [lead(1, source=""), lead(2, source="unknown"), lead(3, source="unknown"), lead(4, source="unknown")],
        "deals": [won(2, DAY, 12_345), won(3, DAY, 5)],
    }
    assert both.ask("win_rate_by_source", star) == [("", 1, 0, 0.0, None), ("unknown", 3, 2, 2 / 3, 12_350)]


def test_only_won_deals_in_the_currency_count_towards_the_amount(both: Both) -> None:
    star = {
        "leads": [lead(1, source="fair"), lead(2, source="fair"), lead(3, source="fair")],
        "deals": [
            won(1, DAY, 100),
            won(2, DAY, 999, currency="USD"),
            won(3, DAY, 777, outcome="lost"),
        ],
    }
    assert both.ask("win_rate_by_source", star) == [("fair", 3, 2, 2 / 3, 100)]


def test_a_lead_with_two_won_deals_is_one_won_lead(both: Both) -> None:
    star = {"leads": [lead(1, source="fair")], "deals": [won(1, DAY, 100), won(2, 2 * DAY, 50, lead_id=1)]}
    assert both.ask("win_rate_by_source", star) == [("fair", 1, 1, 1.0, 150)]


def test_nobody_gives_no_source_at_all(both: Both) -> None:
    assert both.ask("win_rate_by_source", {}) == []


def days(both: Both, *spans: int, **period: int) -> dict[str, object]:
    star = {
        "leads": [lead(at, first_contact_us=50 * DAY) for at, _ in enumerate(spans, 1)],
        "deals": [won(at, 50 * DAY + span) for at, span in enumerate(spans, 1)],
    }
    return both.one("days_to_win", star, **period)


@pytest.mark.parametrize(
    ("spans", "median", "p90"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([3, 3, 3, 3], 3, 3),
        ([1, 2, 3, 4], 2, 4),  # the second of four is the first with half of them at or below it
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, 9),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 6, 10),
        ([10, 1, 5, 5, 5], 5, 10),
    ],
)
def test_percentiles_of_days_are_by_nearest_rank(
    both: Both, spans: list[int], median: int | None, p90: int | None
) -> None:
    found = days(both, *(span * DAY for span in spans))
    assert (found["deals"], found["median_days"], found["p90_days"]) == (len(spans), median, p90)


def test_days_are_whole_ones_that_have_passed(both: Both) -> None:
    assert days(both, DAY - 1)["median_days"] == 0
    assert days(both, DAY)["median_days"] == 1


def test_a_deal_won_before_first_contact_is_counted_and_flagged(both: Both) -> None:
    found = days(both, -DAY - HOUR, 4 * DAY, 8 * DAY)
    assert found == {"deals": 3, "median_days": 4, "p90_days": 8, "flagged": 1}


def test_deals_count_in_the_period_in_which_they_were_won(both: Both) -> None:
    assert days(both, 4 * DAY, from_us=54 * DAY, to_us=55 * DAY)["deals"] == 1
    assert days(both, 4 * DAY, from_us=50 * DAY, to_us=54 * DAY)["deals"] == 0
