"""What the agreement says of one lead, without a database: Northwind's, on facts worked out by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accord.agreement import Agreement, Stage, read
from accord.agreement.judgement import Judgement, Standing, judge
from accord.rules import Facts, Touchpoint, Value

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KNOWN: dict[str, Value] = {
    "company.name": "Hall & Co",
    "company.employees": 200,
    "company.country": "DE",
    "person.name": "Ann Hall",
    "person.email": "ann@hall.example",
}


@pytest.fixture(scope="module")
def northwind() -> Agreement:
    agreement = read(Path("examples/northwind/agreement.yaml")).agreement
    assert agreement is not None
    return agreement


def judged(agreement: Agreement, *events: tuple[str, dict[str, Value]], standing: Standing | None = None) -> Judgement:
    touches = tuple(Touchpoint(str(n), event, NOW, values) for n, (event, values) in enumerate(events))
    return judge(agreement, Facts(KNOWN, touches), standing or Standing(Stage.LEAD, handed_over=False), NOW)


def test_a_reason_names_only_what_holds(northwind: Agreement) -> None:
    by_score = judged(northwind, ("webinar_attended", {}), ("page_viewed", {"path": "/products/x"}))
    assert by_score.because[-1] == "Engagement 17, where 15 is enough"
    assert "Wrote to us through the contact form this month" not in by_score.because


def test_both_parts_of_an_alternative_are_named_when_both_hold(northwind: Agreement) -> None:
    both = judged(northwind, ("form_submitted", {"form": "contact"}))
    assert both.because[-2:] == (
        "Engagement 15, where 15 is enough",
        "Wrote to us through the contact form this month",
    )


def test_the_fast_lane_says_so_first(northwind: Agreement) -> None:
    fast = judged(northwind, ("form_submitted", {"form": "demo"}))
    assert (fast.stage, fast.ready, fast.fast_lane, fast.because[0]) == (Stage.MQL, True, True, "Fast lane")


@pytest.mark.parametrize("stage", [Stage.SAL, Stage.SQL, Stage.OPPORTUNITY])
def test_a_lead_that_sales_has_is_neither_moved_nor_offered_again(northwind: Agreement, stage: Stage) -> None:
    again = judged(northwind, ("form_submitted", {"form": "demo"}), standing=Standing(stage, handed_over=True))
    assert (again.stage, again.ready, again.held_for) == (stage, False, ())


def test_a_lead_that_is_held_is_ready_by_the_fast_lane_all_the_same(northwind: Agreement) -> None:
    held = Standing(Stage.MQL, handed_over=False, held_for=("person.phone",))
    assert judged(northwind, ("form_submitted", {"form": "demo"}), standing=held).ready


def test_a_gate_that_sales_checks_is_left_to_sales(northwind: Agreement) -> None:
    facts = Facts({**KNOWN, "lead.budget": "approved", "lead.timeline": "this_year"})
    stays = judge(northwind, facts, Standing(Stage.SAL, handed_over=True), NOW + timedelta(days=1))
    assert stays.criteria["has_budget"]
    assert stays.stage is Stage.SAL
