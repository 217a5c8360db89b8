"""What would have to happen for a lead to move on: each way is done by hand, and shown to be enough and no more."""

from datetime import date, timedelta

import pytest
from tests.agreement.explanation.conftest import AT, Lead, ago

from accord.agreement import Stage
from accord.agreement.explanation import Ahead, Situation, next_handoff, next_stage
from accord.agreement.explanation.text import ways_in_words
from accord.agreement.judgement import Standing, judge

PRICING = {"path": "/pricing/a"}


def ways(ahead: Ahead | None) -> list[str]:
    assert ahead is not None
    return [way.says for way in ahead.ways]


def ready(situation: Situation) -> bool:
    standing = Standing(situation.stage or Stage.LEAD, situation.handed_over, situation.held_for)
    return judge(situation.agreement, situation.facts, standing, situation.at).ready


def test_the_next_stage_says_the_smallest_sets_of_what_is_missing(lead: Lead) -> None:
    # 15 for the webinar, faded by five days of a half-life of 30: 13.36, so 1.64 are missing.
    ahead = next_stage(lead(ago("webinar_attended", days=5), company_employees=42))

    assert ahead is not None
    assert (ahead.aim, ahead.checked_by, ahead.because.held) == ("mql", "", False)
    assert ways(ahead) == [
        "company employees is at least 50 (now 42, 8 short), and 1.64 more engagement points"
        " (such as: the lead views a page)",
    ]


def test_what_is_said_to_be_enough_is_enough_and_no_part_of_it_can_be_left_out(lead: Lead) -> None:
    webinar = ago("webinar_attended", days=5)
    view = ago("page_viewed")

    def reached(*did: object, **fields: int) -> bool:
        situation = lead(*did, **fields)
        return situation.holds(situation.agreement.stages[0].when)

    assert reached(webinar, view, company_employees=50)
    assert not reached(webinar, view, company_employees=49)
    assert not reached(webinar, company_employees=50)


def test_the_handoff_is_reached_by_the_gate_with_everything_owed_or_by_the_fast_lane(lead: Lead) -> None:
    two = [ago("page_viewed", PRICING, hours=60), ago("page_viewed", PRICING, hours=5)]
    situation = lead(ago("webinar_attended", days=5), *two, company_employees=60)

    assert ways(next_handoff(situation)) == [
        "person phone is filled in",
        "the lead views a page whose path starts with /pricing once more before Mon 2 March 22:00",
    ]
    assert not ready(situation)
    assert ready(lead(ago("webinar_attended", days=5), *two, company_employees=60, person_phone="1"))
    third = ago("page_viewed", PRICING)
    assert ready(lead(ago("webinar_attended", days=5), *two, third, company_employees=60))


def test_points_are_not_said_to_be_enough_where_only_their_example_would_be(lead: Lead) -> None:
    """A third look at prices gives points and opens the fast lane; it is not the points that do."""
    two = [ago("page_viewed", PRICING, hours=60), ago("page_viewed", PRICING, hours=5)]

    # 5 for the view of today and 4.35 for that of two days ago, of a half-life of ten: 5.65 are missing.
    said = ways(next_handoff(lead(*two, company_employees=60)))

    assert said[0] == "the lead views a page whose path starts with /pricing once more before Mon 2 March 22:00"
    assert said[1] == (
        "person phone is filled in, and 5.65 more engagement points (such as: the lead attends a webinar)"
    )


def test_a_grade_is_reached_by_who_the_lead_is(lead: Lead) -> None:
    ahead = next_stage(
        lead(
            ago("webinar_attended"),
            ago("page_viewed"),
            stage=Stage.SAL,
            handed_over=True,
            company_employees=60,
            lead_budget="planned",
        )
    )

    assert ahead is not None
    assert (ahead.aim, ahead.checked_by) == ("sql", "sales")
    assert ways(ahead) == ["lead budget is approved (now planned), and person title contains buy (not known yet)"]


def test_a_day_too_late_and_a_value_of_another_kind_are_measured(lead: Lead) -> None:
    situation = lead(company_employees=6000, company_founded=date(2009, 12, 31))

    assert situation.holds(situation.rules["right_company"])
    ahead = next_stage(situation)
    assert ahead is not None
    assert ways(ahead) == ["15 more engagement points (such as: the lead attends a webinar)"]


def test_time_alone_may_be_enough(lead: Lead) -> None:
    # 20 for two webinars less 10 and 10 for leaving twice: below 15 now, above it when the leaving has faded.
    did = [ago("webinar_attended"), ago("webinar_attended"), ago("email_unsubscribed"), ago("email_unsubscribed")]
    situation = lead(*did, company_employees=60)

    ahead = next_stage(situation)

    assert situation.card.engagement == 1000
    assert ahead is not None
    waiting = [way for way in ahead.ways if way.at is not None]
    assert len(waiting) == 1
    assert waiting[0].says.startswith("nothing but time until ")
    at = waiting[0].at
    assert at is not None
    gate = situation.agreement.stages[0].when
    assert situation.later(at).holds(gate)
    assert not situation.later(at - timedelta(microseconds=1)).holds(gate)


def test_everything_holds_where_nothing_is_missing(lead: Lead) -> None:
    ahead = next_stage(lead(ago("webinar_attended"), company_employees=60))

    assert ahead is not None
    assert (ahead.because.held, ahead.ways, ways_in_words(ahead)) == (True, (), ("Everything holds that it takes.",))


def test_a_lead_that_waits_for_a_field_needs_only_that(lead: Lead) -> None:
    situation = lead(stage=Stage.MQL, company_employees=60)
    waiting = Situation(situation.agreement, situation.facts, AT, Stage.MQL, False, ("person.phone",))

    assert ways(next_handoff(waiting))[0] == "person phone is filled in"


@pytest.mark.parametrize("stage", [Stage.SAL, Stage.CUSTOMER, Stage.RECYCLED, None])
def test_what_sales_has_or_what_has_ended_is_handed_over_no_more(lead: Lead, stage: Stage | None) -> None:
    assert next_handoff(lead(stage=stage)) is None


def test_a_lead_that_was_handed_over_is_not_handed_over_again(lead: Lead) -> None:
    assert next_handoff(lead(stage=Stage.MQL, handed_over=True)) is None


def test_beyond_the_last_gate_nothing_is_ahead(lead: Lead) -> None:
    assert next_stage(lead(stage=Stage.SQL)) is None
    assert next_stage(lead(stage=Stage.RECYCLED)) is None
