"""What the close-rate map and the page of funnel and velocity ask, worked out by hand, of DuckDB and PostgreSQL."""

import random
from math import ceil
from statistics import median
from typing import Any

import pytest
import sqlglot
from tests.insight import small_warehouse as small
from tests.insight.conftest import DAY, HOUR, NOW, Both, lead, went

from accord.insight import (
    CloseCount,
    Query,
    RatioSpread,
    RatioSum,
    StageConversion,
    StageVelocity,
    findings,
    query,
)
from accord.insight.closing import (
    FAR,
    Dimension,
    RatioSums,
    cells,
    counts,
    priced,
    ratio_spread,
    ratio_sums,
    sums_of_groups,
)

SECOND = 1_000_000
EVER = {"base": "mql", "cycle": 0, "from_us": -NOW}
PAIRS = [
    *((row, None) for row in Dimension),
    (Dimension.CHANNEL, Dimension.OWNER),
    (Dimension.SIZE, Dimension.FIRST_ATTEMPT),
]


@pytest.mark.parametrize(("row", "column"), PAIRS)
def test_a_map_keeps_to_the_portable_subset(row: Dimension, column: Dimension | None) -> None:
    assert findings(counts(row, column)) == ()
    for engine in ("spark", "bigquery", "clickhouse"):
        sqlglot.parse_one(counts(row, column).render(engine), read=engine)


@pytest.mark.parametrize("question", [*small.DISCOUNTS, *map(priced, Dimension)], ids=lambda each: each.name)
def test_discounts_keep_to_the_portable_subset(question: Query) -> None:
    assert findings(question) == ()
    for engine in ("spark", "bigquery", "clickhouse"):
        sqlglot.parse_one(question.render(engine), read=engine)


def won(key: int, at: int) -> dict[str, Any]:
    return {"deal_id": key, "lead_id": key, "outcome": "won", "closed_us": at, "currency": "EUR"}


def mqls(*keys: int) -> list[dict[str, Any]]:
    return [step for key in keys for step in went(key, "lead", "mql")]


# --- the leads of a base --------------------------------------------------------------------------------------------


def entered(both: Both, star: dict[str, Any], **given: object) -> dict[int, int]:
    rows = both.ask("closing_leads", star, **{**EVER, **given})
    return {row[0]: row[1] for row in rows}


def test_a_lead_enters_a_base_when_it_first_comes_as_far(both: Both) -> None:
    """Lesson 26: one that skipped MQL came to it with the next stage; one that went back and came again came once."""
    star = {
        "leads": [lead(1), lead(2), lead(3)],
        "stage_changes": [*went(1, "lead", "opportunity"), *went(2, "lead", "mql", "lead", "mql"), *went(3, "lead")],
    }
    assert entered(both, star) == {1: 2 * DAY, 2: 2 * DAY}
    assert entered(both, star, base="lead") == {1: DAY, 2: DAY, 3: DAY}
    assert entered(both, star, base="sql") == {1: 2 * DAY}


def test_the_base_of_offered_leads_is_the_first_offer(both: Both) -> None:
    star = {"leads": [lead(1, handed_over_us=5 * DAY), lead(2)], "stage_changes": mqls(1, 2)}
    assert entered(both, star, base="offered") == {1: 5 * DAY}


def test_second_cycles_stand_apart(both: Both) -> None:
    star = {"leads": [lead(1), lead(2, cycle=2), lead(3, cycle=3)], "stage_changes": mqls(1, 2, 3)}
    assert [set(entered(both, star, cycle=cycle)) for cycle in (0, 1, 2)] == [{1, 2, 3}, {1}, {2, 3}]


def test_a_lead_is_won_once_at_its_first_win_and_waits_until_then(both: Both) -> None:
    star = {
        "leads": [lead(1), lead(2), lead(3, ended_us=9 * DAY)],
        "stage_changes": mqls(1, 2, 3),
        "deals": [won(1, 8 * DAY), {**won(9, 7 * DAY), "lead_id": 1}, {**won(2, 8 * DAY), "outcome": "lost"}],
    }
    rows = both.ask("closing_leads", star, **EVER)
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        (1, 1, 7 * DAY, 0),
        (2, 0, None, 1),
        (3, 0, None, 0),
    ]


def test_the_course_of_wins_and_who_is_cut_off_from_it(both: Both) -> None:
    """Of four wins after 1, 2, 3 and 40 days, two are within 2 days; nine of ten within 40."""
    took = {1: 1, 2: 2, 3: 3, 4: 40}
    star = {
        "leads": [lead(key) for key in range(1, 7)],
        "stage_changes": mqls(*range(1, 7)),
        "deals": [won(key, (2 + days) * DAY) for key, days in took.items()],
    }
    assert both.ask("closing_course", star, **EVER) == [(6, 4, 2 * DAY, 40 * DAY, 3 * DAY)]
    assert both.ask("closing_course", {}, **EVER) == [(0, 0, None, None, None)]
    cut = both.ask("closing_cut_off", star, **EVER, young_us=2 * DAY - 1, early_us=2 * DAY)
    assert cut == [(6, 2, 0)]
    assert both.ask("closing_cut_off", star, **EVER, young_us=2 * DAY, early_us=2 * DAY + 1) == [(6, 0, 6)]


# --- the dimensions -------------------------------------------------------------------------------------------------


def values(both: Both, dimension: Dimension, star: dict[str, Any]) -> dict[int, str]:
    found = both.ask(cells(dimension, None), star, **EVER)
    return {row[0]: row[5] for row in found}


def test_owner_team_grade_and_revision_are_those_of_the_first_offer(both: Both) -> None:
    """Whoever has the lead now, and won it, may have come to it because it looked good."""
    offer = {"lead_id": 1, "status": "withdrawn", "queue": "field", "grade": "B", "revision": 1, "owner_id": 7}
    later = {"status": "accepted", "queue": "inside", "grade": "A", "revision": 2, "owner_id": 8}
    star = {
        "leads": [lead(1, handed_over_us=3 * DAY, owner_id=8), lead(2)],
        "stage_changes": mqls(1, 2),
        # The earlier one was written later, as an import may do.
        "offers": [
            {**offer, "offer_id": 5, "offered_us": 3 * DAY},
            {**offer, **later, "offer_id": 4, "offered_us": NOW},
        ],
    }
    assert values(both, Dimension.OWNER, star) == {1: "7", 2: ""}
    assert values(both, Dimension.TEAM, star) == {1: "field", 2: ""}
    assert values(both, Dimension.GRADE, star) == {1: "B", 2: ""}
    assert values(both, Dimension.REVISION, star) == {1: "1", 2: ""}


def test_channel_and_campaign_are_those_of_the_first_visit_unless_it_came_after_the_lead(both: Both) -> None:
    visit = {"visitor_id": 1, "channel": "Paid Search", "campaign": "spring", "agent": "human"}
    star = {
        "leads": [lead(1, opened_us=5 * DAY), lead(2, opened_us=5 * DAY)],
        "stage_changes": mqls(1, 2),
        "visitors": [{"visitor_id": 1, "person_id": 1}, {"visitor_id": 2, "person_id": 2}],
        "visits": [
            {**visit, "visit_id": 1, "started_us": 4 * DAY},
            {**visit, "visit_id": 2, "started_us": 3 * DAY, "channel": "Email", "campaign": "march"},
            {**visit, "visit_id": 3, "started_us": DAY, "agent": "robot"},
            {**visit, "visit_id": 4, "started_us": 2 * DAY, "channel": ""},
            {**visit, "visit_id": 5, "started_us": 6 * DAY, "visitor_id": 2},
        ],
    }
    assert values(both, Dimension.CHANNEL, star) == {1: "Email", 2: ""}
    assert values(both, Dimension.CAMPAIGN, star) == {1: "march", 2: ""}


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        (None, ""),
        (0, "under_10"),
        (9, "under_10"),
        (10, "under_50"),
        (249, "under_250"),
        (999, "under_1000"),
        (1000, "larger"),
    ],
)
def test_companies_stand_in_the_classes_of_the_union(both: Both, employees: int | None, band: str) -> None:
    star = {
        "leads": [lead(1)],
        "stage_changes": mqls(1),
        "people": [{"person_id": 1, "company_id": 3}],
        "companies": [{"company_id": 3, "industry": "Food", "country": "DE", "employees": employees}],
    }
    assert values(both, Dimension.SIZE, star) == {1: band}
    assert values(both, Dimension.INDUSTRY, star) == {1: "Food"}
    assert values(both, Dimension.REGION, star) == {1: "DE"}


def test_the_first_attempt_counts_working_time_and_waits_for_those_not_due(both: Both) -> None:
    clock = {"promise": "first_attempt", "side": "sales", "started_us": DAY, "due_us": 2 * DAY, "outcome": "kept"}
    star = {
        "leads": [lead(key) for key in (1, 2, 3, 4)],
        "stage_changes": mqls(1, 2, 3, 4),
        "offers": [{"offer_id": key, "lead_id": key, "offered_us": DAY} for key in (1, 2, 3)],
        "clocks": [
            {**clock, "clock_id": 1, "offer_id": 1, "lead_id": 1, "stopped_us": 2 * DAY, "response_us": HOUR - 1},
            {**clock, "clock_id": 2, "offer_id": 2, "lead_id": 2, "outcome": "missed", "stopped_us": 2 * DAY},
            {**clock, "clock_id": 3, "offer_id": 3, "lead_id": 3, "outcome": "", "due_us": NOW + 1},
        ],
    }
    assert values(both, Dimension.FIRST_ATTEMPT, star) == {1: "under_1h", 2: "never", 3: "", 4: ""}


def test_the_first_call_counts_and_no_later_one(both: Both) -> None:
    star = {
        "leads": [lead(1), lead(2)],
        "stage_changes": mqls(1, 2),
        "attempts": [
            {"attempt_id": 1, "lead_id": 1, "at_us": 5 * DAY, "channel": "call", "outcome": "reached"},
            {"attempt_id": 2, "lead_id": 1, "at_us": 4 * DAY, "channel": "call", "outcome": "no_answer"},
            {"attempt_id": 3, "lead_id": 1, "at_us": 3 * DAY, "channel": "mail", "outcome": "sent"},
        ],
    }
    assert values(both, Dimension.CALL, star) == {1: "no_answer", 2: ""}


def test_a_map_counts_the_leads_that_it_lists(both: Both) -> None:
    star = {
        "leads": [lead(1, source="fair"), lead(2, source="fair", cycle=2), lead(3), lead(4, source="fair")],
        "stage_changes": mqls(1, 2, 3, 4),
        "deals": [won(1, 9 * DAY)],
        "people": [{"person_id": key, "company_id": key} for key in (1, 2, 3)],
        "companies": [{"company_id": key, "country": "DE" if key < 3 else "AT"} for key in (1, 2, 3)],
    }
    found = both.ask(counts(Dimension.SOURCE, Dimension.REGION), star, **EVER)
    assert [CloseCount(*row) for row in found] == [
        CloseCount("", "AT", 1, 0),
        CloseCount("fair", "", 1, 0),
        CloseCount("fair", "DE", 2, 1),
    ]
    listed = both.ask(cells(Dimension.SOURCE, Dimension.REGION), star, **EVER)
    assert sorted((row[0], row[5], row[6]) for row in listed) == [
        (1, "fair", "DE"),
        (2, "fair", "DE"),
        (3, "", "AT"),
        (4, "fair", ""),
    ]


# --- from stage to stage --------------------------------------------------------------------------------------------


def conversions(both: Both, star: dict[str, Any], **given: object) -> dict[tuple[int, int], StageConversion]:
    asked = {"cycle": 0, "first": "mql", "second": "customer", **given}
    rows = [StageConversion(*row) for row in both.ask("stage_conversions", star, **asked)]
    return {(row.first_place, row.second_place): row for row in rows}


def test_cohort_and_period_share_what_came_and_went_on_in_the_period(both: Both) -> None:
    """The period is days 10 to 20.

    1 came and went on in it; 2 came in it and went on after; 3 was there before and went on in it; 4 was there before
    and went on after; 5 came in it and is open; 6 came in it and ended; 7 was there, but had ended; 8 had gone on.
    """
    star = {
        "leads": [*(lead(key) for key in (1, 2, 3, 4, 5, 8)), lead(6, ended_us=15 * DAY), lead(7, ended_us=9 * DAY)],
        "stage_changes": [
            *went(1, "mql", "sal", start=11 * DAY),
            *went(2, "mql", start=19 * DAY),
            {**went(2, "sal", start=25 * DAY)[0], "change_id": 299},
            *went(3, "mql", start=5 * DAY),
            {**went(3, "sal", start=15 * DAY)[0], "change_id": 399},
            *went(4, "mql", start=5 * DAY),
            {**went(4, "sal", start=25 * DAY)[0], "change_id": 499},
            *went(5, "mql", start=12 * DAY),
            *went(6, "mql", start=12 * DAY),
            *went(7, "mql", start=5 * DAY),
            *went(8, "mql", "sal", start=5 * DAY),
        ],
    }
    found = conversions(both, star, from_us=10 * DAY, to_us=20 * DAY)[2, 3]
    assert found == StageConversion(2, 3, 4, 2, 1, 2, 1, 1, DAY, 10 * DAY)
    assert (found.cohort_rate, found.period_rate) == (0.5, 2 / 6)
    assert (found.passed, found.at_hand, found.ended, found.later) == (2, 6, 1, 1)
    assert found.converted == found.entered_passed + found.later


def test_no_conversion_is_above_one_and_nobody_has_none(both: Both) -> None:
    """Lesson 26: who skips a stage came to it at once, who goes back has gone on, and an empty base gives no rate."""
    star = {
        "leads": [lead(1), lead(2)],
        "stage_changes": [*went(1, "lead", "customer"), *went(2, "lead", "sal", "mql", "sal", "recycled")],
    }
    found = conversions(both, star)
    assert set(found) == {(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (2, 6)}
    assert {key: (row.converted, row.entered) for key, row in found.items()} == {
        **dict.fromkeys([(0, 1), (1, 2), (2, 3)], (2, 2)),
        **dict.fromkeys([(3, 4), (2, 6)], (1, 2)),
        **dict.fromkeys([(4, 5), (5, 6)], (1, 1)),
    }
    assert all((row.cohort_rate or 0) <= 1 and (row.period_rate or 0) <= 1 for row in found.values())
    assert conversions(both, {"leads": [lead(1)]}) == {}
    nobody = StageConversion(0, 1, 0, 0, 0, 0, 0, 0, None, None)
    assert (nobody.cohort_rate, nobody.period_rate) == (None, None)


def test_every_number_of_a_conversion_is_the_number_of_leads_behind_it(both: Both) -> None:
    star = {
        "leads": [lead(key, cycle=1 + key % 2) for key in range(1, 7)],
        "stage_changes": [step for key in range(1, 7) for step in went(key, "lead", "mql", "sal", start=key * 3 * DAY)],
    }
    given = {"from_us": 8 * DAY, "to_us": 16 * DAY, "cycle": 0, "first": "lead", "second": "sal"}
    behind = [dict(zip(query("passages").columns, row, strict=True)) for row in both.ask("passages", star, **given)]
    for key, row in conversions(both, star, **given).items():
        rows = [each for each in behind if (each["first_place"], each["second_place"]) == key]
        assert row.entered == sum(each["entered"] for each in rows)
        assert row.carried == sum(each["carried"] for each in rows)
        assert row.at_hand == len(rows)
        assert row.passed == sum(each["passed"] for each in rows)


def test_velocity_counts_stays_that_are_over_and_those_that_are_not(both: Both) -> None:
    """A lead goes back to MQL and stays twice; one that ended has left; the customer has arrived and stays nowhere."""
    star = {
        "leads": [lead(1), lead(2, ended_us=9 * DAY), lead(3)],
        "stage_changes": [
            *went(1, "mql", "lead", "mql", "customer"),
            *went(2, "mql", start=4 * DAY),
            *went(3, "mql", start=NOW - 2 * DAY),
        ],
    }
    found = {row[0]: StageVelocity(*row) for row in both.ask("velocity", star, cycle=0)}
    assert found == {
        "mql": StageVelocity("mql", 3, DAY, 5 * DAY, 1, 2 * DAY, 2 * DAY),
        "lead": StageVelocity("lead", 1, DAY, DAY, 0, None, None),
    }
    early = {row[0]: row[1] for row in both.ask("velocity", star, cycle=0, to_us=3 * DAY)}
    assert early == {"mql": 1}


def cut(lasted: int) -> int:
    """Cut a length of time in microseconds to what is told of it."""
    unit = next(
        unit for least, unit in ((30 * DAY, DAY), (DAY, HOUR), (HOUR, HOUR // 60), (0, SECOND)) if lasted >= least
    )
    return lasted // unit * unit


@pytest.mark.parametrize("stays", [1, 2, 9, 10, 11, 137])
def test_percentiles_are_nearest_ranks_cut_to_what_is_told(both: Both, stays: int) -> None:
    """Lasting next to nothing, the same, within an hour or a day, days or weeks apart; cut before they are ranked."""
    chance = random.Random(stays)  # noqa: S311  # no secrets
    lasted = [
        chance.choice(
            [0, HOUR - 1, HOUR, DAY - 1, DAY, 30 * DAY - 1, 30 * DAY, *map(chance.randrange, (HOUR, DAY, 50 * DAY))]
        )
        for _ in range(stays)
    ]
    star = {
        "leads": [lead(key) for key in range(1, stays + 1)],
        "stage_changes": [
            {**step, "at_us": 20 * DAY + at * took}
            for key, took in enumerate(lasted, 1)
            for at, step in enumerate(went(key, "mql", "sal"))
        ],
    }
    ranked = [cut(sorted(lasted)[ceil(stays * share / 100) - 1]) for share in (50, 90)]
    (mql,) = (StageVelocity(*row) for row in both.ask("velocity", star, cycle=0) if row[0] == "mql")
    assert (mql.over, mql.median_us, mql.p90_us) == (stays, *ranked)
    found = conversions(both, star)[2, 3]
    assert (found.passed, found.median_us, found.p90_us) == (stays, *ranked)


# --- discounts ------------------------------------------------------------------------------------------------------


def sold(key: int, amount: int | None, listed: int | None, at: int = 10, **more: object) -> dict[str, Any]:
    return won(key, at * DAY) | {"amount_cents": amount, "list_cents": listed, **more}


def test_a_deal_stands_in_the_band_of_its_discount_to_the_cent(both: Both) -> None:
    prices = [100_001, 100_000, 99_999, 95_000, 94_999, 90_000, 89_999, 80_000, 79_999, 0]
    star = {
        "leads": [lead(key) for key in range(1, 15)],
        "deals": [
            *(sold(key, amount, 100_000) for key, amount in enumerate(prices, 1)),
            sold(11, None, 100_000), sold(12, 500, None), sold(13, 500, 0), sold(14, 1, 1, at=20),
        ],
    }  # fmt: skip
    days = {"cycle": 0, "from_us": 10 * DAY, "to_us": 20 * DAY}
    columns = query("closing_prices").columns
    found = [dict(zip(columns, row, strict=True)) for row in both.ask("closing_prices", star, **days)]
    bands = {row["deal_id"]: (row["band"], row["ratio"]) for row in found}
    assert [bands[key][0] for key in range(1, 11)] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert [bands[key][1] for key in (1, 3, 4, 10)] == [10_000, 10_000, 9_500, 0]
    assert sorted(bands) == list(range(1, 11))
    assert both.ask("closing_unpriced", star, **days) == [(3,)]


def test_the_sums_of_every_dimension_are_those_of_the_deals_behind_it(both: Both) -> None:
    """One deal brought exactly a hundred times its list price, and one so much more that no BIGINT holds it squared."""
    chance = random.Random(7)  # noqa: S311  # no secrets
    prices = [chance.choice([100_000, chance.randrange(130_000)]) for _ in range(30)]
    star = {
        "leads": [lead(key, source=chance.choice(["fair", "web", ""]), cycle=1 + key % 2) for key in range(1, 34)],
        "people": [{"person_id": key, "company_id": key % 5} for key in range(1, 34)],
        "companies": [{"company_id": key, "industry": "Food", "country": "DE" if key < 3 else ""} for key in range(4)],
        "deals": [
            *(sold(key, amount, 100_000) for key, amount in enumerate(prices, 1)),
            sold(31, 10**14, 1), sold(33, FAR, 10_000),
        ],
    }  # fmt: skip
    given = {"cycle": 2, "from_us": 0}
    found = sums_of_groups(RatioSum(*row) for row in both.ask(ratio_sums(), star, **given))
    assert set(found) == {each.value for each in Dimension}
    for dimension in (Dimension.SOURCE, Dimension.REGION):
        groups = deals_by_value(both, dimension, star, **given)
        expected = {value: RatioSums.of(row["ratio"] for row in rows) for value, rows in groups.items()}
        assert found[dimension.value] == expected
    assert found["owner"] == {"": sum(found["source"].values(), RatioSums())}
    assert (found["owner"][""].deals, found["owner"][""].squares > 10**36) == (17, True)


def deals_by_value(both: Both, dimension: Dimension, star: dict[str, Any], **given: object) -> dict[str, list[Any]]:
    question, groups = priced(dimension), dict[str, list[Any]]()
    for row in both.ask(question, star, **given):
        deal = dict(zip(question.columns, row, strict=True))
        groups.setdefault(deal["value"], []).append(deal)
    return groups


@pytest.mark.parametrize("deals", [1, 2, 25])
def test_the_median_and_the_bands_of_a_group_are_those_of_its_deals(both: Both, deals: int) -> None:
    chance = random.Random(deals)  # noqa: S311  # no secrets
    star = {
        "leads": [lead(key, source="fair" if key <= deals else "web") for key in range(1, deals + 3)],
        "deals": [
            sold(key, chance.choice([95_000, 100_000, chance.randrange(120_000)]), 100_000)
            for key in range(1, deals + 3)
        ],
    }
    given = {"cycle": 0, "from_us": 0}
    groups = deals_by_value(both, Dimension.SOURCE, star, **given)
    everything = [each for group in groups.values() for each in group]
    for question, expected in ((ratio_spread(Dimension.SOURCE), groups), (ratio_spread(None), {"": everything})):
        found = {row[0]: RatioSpread(*row) for row in both.ask(question, star, **given)}
        assert set(found) == set(expected)
        for value, rows in expected.items():
            assert found[value].middle == median(row["ratio"] for row in rows)
            assert found[value].bands == tuple(sum(row["band"] == band for row in rows) for band in range(5))
    assert both.ask(ratio_spread(None), {}, **given) == []


def test_the_middle_of_an_even_number_is_the_mean_of_both_in_the_middle() -> None:
    assert RatioSpread("", 9_000, 10_000, 1, 0, 1, 0, 0).middle == 9_500
    assert RatioSpread("", 10_000, 10_000, 2, 0, 1, 0, 0).bands == (2, 0, 1, 0, 0)
