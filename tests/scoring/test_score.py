"""Scores worked out by hand; all points are hundredths."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.rules import (
    AtLeast,
    CountRule,
    CriterionRule,
    Facts,
    FieldRule,
    IsAnyOf,
    NoneOf,
    PropertyTest,
    RulesError,
    Selection,
    StartsWith,
    Touchpoint,
    evaluate,
)
from accord.scoring import (
    EngagementClause,
    EntryKind,
    FitClause,
    Grade,
    LedgerEntry,
    ScoreCard,
    ScoreModel,
    ScoringError,
    Side,
    next_change,
    score,
    score_fields,
)

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
CRITERIA = {"right_company": FieldRule("company.employees", AtLeast(50))}
RIGHT_COMPANY = FitClause("score.fit[0]", CriterionRule("right_company"), 3000)
FREE_MAIL = FitClause("score.fit[1]", FieldRule("person.free_mail", IsAnyOf((True,))), -500)
WEBINAR = EngagementClause("score.engagement[0]", "webinar_attended", (), 1500, 30 * DAY)
PRICES = EngagementClause(
    "score.engagement[1]", "page_viewed", (PropertyTest("path", StartsWith("/pricing")),), 500, 10 * DAY, 2000
)
BOUNCE = EngagementClause("score.engagement[2]", "mail_bounced", (), -400, None, 1000)
GRADES = (Grade("A", 4000, 2000), Grade("B", 3000), Grade("C", 0, 1000))
MODEL = ScoreModel((RIGHT_COMPANY, FREE_MAIL), (WEBINAR, PRICES, BOUNCE), GRADES)


def happened(event, at, name="1", **properties):
    return Touchpoint(name, event, at, properties)


def engagement(*touchpoints, at=AT):
    return score(MODEL, Facts(touchpoints=touchpoints), at, CRITERIA)


def test_a_lead_of_which_nothing_is_known_has_no_points():
    assert score(MODEL, Facts(), AT, CRITERIA) == ScoreCard(0, 0, None, ())


def test_fit_adds_and_subtracts_the_points_of_the_rules_that_hold():
    card = score(MODEL, Facts({"company.employees": 50, "person.free_mail": True}), AT, CRITERIA)

    assert card == ScoreCard(
        2500,
        0,
        None,
        (
            LedgerEntry("score.fit[0]", Side.FIT, EntryKind.RULE, 3000, 3000),
            LedgerEntry("score.fit[1]", Side.FIT, EntryKind.RULE, -500, -500),
        ),
    )


def test_a_webinar_of_thirty_days_ago_is_worth_half():
    card = engagement(happened("webinar_attended", AT - 30 * DAY, "w"))

    # 1500 * 2 ** (-31/30) = 732.868…
    assert card.engagement == 750
    assert card.ledger == (
        LedgerEntry("score.engagement[0]", Side.ENGAGEMENT, EntryKind.TOUCHPOINT, 750, 733, "w", AT - 30 * DAY, 30),
    )
    assert card.engagement_tomorrow == 733


def test_age_counts_whole_days_only():
    assert engagement(happened("webinar_attended", AT - 30 * DAY + MICROSECOND)).ledger[0].age_days == 29
    assert engagement(happened("webinar_attended", AT - DAY + MICROSECOND)).engagement == 1500
    assert engagement(happened("webinar_attended", AT)).engagement == 1500


def test_a_touchpoint_after_the_instant_never_counts_not_even_for_tomorrow():
    assert engagement(happened("webinar_attended", AT + MICROSECOND)) == ScoreCard(0, 0, None, ())


def test_only_touchpoints_that_pass_the_tests_of_a_clause_give_points():
    card = engagement(
        happened("page_viewed", AT, "a", path="/Pricing/eu"),
        happened("page_viewed", AT, "b", path="/home"),
        happened("page_viewed", AT, "c"),
    )

    assert [entry.touchpoint for entry in card.ledger] == ["a"]


def test_a_clause_is_cut_at_its_cap_and_the_ledger_says_so():
    """Lesson 15: a repeatable rule has a cap."""
    card = engagement(*(happened("page_viewed", AT - day * DAY, str(day), path="/pricing") for day in range(6)))

    # 500 * 2 ** (-day/10): 500, 466.5, 435.3, 406.1, 378.9, 353.6, 329.9
    assert [entry.points for entry in card.ledger] == [354, 379, 406, 435, 467, 500, -541]
    assert [entry.tomorrow for entry in card.ledger] == [330, 354, 379, 406, 435, 467, -371]
    assert card.ledger[-1] == LedgerEntry("score.engagement[1]", Side.ENGAGEMENT, EntryKind.CAP, -541, -371)
    assert (card.engagement, card.engagement_tomorrow) == (2000, 2000)


def test_a_cap_bounds_negative_points_from_below():
    card = engagement(*(happened("mail_bounced", AT, str(place)) for place in range(3)))

    assert [entry.points for entry in card.ledger] == [-400, -400, -400, 200]
    assert card.engagement == -1000


def test_a_cap_that_is_just_reached_cuts_nothing():
    card = engagement(*(happened("page_viewed", AT, str(place), path="/pricing") for place in range(4)))

    assert [entry.kind for entry in card.ledger] == [EntryKind.TOUCHPOINT] * 4
    assert card.engagement == 2000


def test_what_has_faded_for_good_is_left_out_of_the_ledger():
    assert engagement(happened("webinar_attended", AT - 400 * DAY)).ledger == ()


def test_a_rule_with_a_window_says_what_it_will_give_tomorrow():
    quiet = FitClause("quiet", NoneOf((CountRule(Selection(("page_viewed",), within=7 * DAY)),)), 100)
    active = FitClause("active", CountRule(Selection(("page_viewed",), within=7 * DAY)), 200)
    facts = Facts(touchpoints=(happened("page_viewed", AT - 7 * DAY + MICROSECOND),))

    card = score(ScoreModel((quiet, active)), facts, AT, {})

    assert card.ledger == (
        LedgerEntry("quiet", Side.FIT, EntryKind.RULE, 0, 100),
        LedgerEntry("active", Side.FIT, EntryKind.RULE, 200, 0),
    )
    assert (card.fit, card.fit_tomorrow) == (200, 100)


def test_tomorrow_is_24_hours_on_when_summer_time_begins_in_the_zone_of_the_instant():
    at = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    active = FitClause("active", CountRule(Selection(("page_viewed",), within=7 * DAY)), 100)
    leaves_after_23_and_a_half_hours = at.astimezone(UTC) - 7 * DAY + timedelta(hours=23, minutes=30)

    card = score(
        ScoreModel((active,)), Facts(touchpoints=(happened("page_viewed", leaves_after_23_and_a_half_hours),)), at, {}
    )

    assert (card.fit, card.fit_tomorrow) == (100, 0)


@pytest.mark.parametrize(
    ("employees", "webinars", "grade"), [(50, 2, "B"), (50, 0, "B"), (1, 2, "C"), (1, 1, "C"), (1, 0, None)]
)
def test_the_first_grade_whose_bounds_are_met_applies(employees, webinars, grade):
    touchpoints = tuple(happened("webinar_attended", AT, str(place)) for place in range(webinars))

    assert score(MODEL, Facts({"company.employees": employees}, touchpoints), AT, CRITERIA).grade == grade


def test_bounds_of_a_grade_include_their_own_value():
    model = ScoreModel((FitClause("f", NoneOf(()), 4000),), (), (Grade("A", 4000), Grade("B")))

    assert score(model, Facts(), AT, {}).grade == "A"


def test_later_rules_read_the_score_as_fields():
    card = engagement(happened("webinar_attended", AT))
    fields = score_fields(card)

    assert fields == {"score.fit": 0, "score.engagement": 1500, "score.grade": "C"}
    assert evaluate(FieldRule("score.engagement", AtLeast(1500)), Facts(fields), AT, {})
    assert not evaluate(FieldRule("score.engagement", AtLeast(1501)), Facts(fields), AT, {})


def test_without_a_grade_its_field_is_missing():
    assert "score.grade" not in score_fields(ScoreCard(0, 0, None, ()))


def test_the_score_changes_next_when_a_touchpoint_fades_by_a_hundredth():
    assert next_change(
        MODEL, Facts(touchpoints=(happened("webinar_attended", AT - timedelta(hours=1)),)), AT, CRITERIA
    ) == (AT + timedelta(hours=23))
    one = EngagementClause("e", "x", (), 1, 7 * DAY)
    faint = Facts(touchpoints=(happened("x", AT),))
    assert next_change(ScoreModel((), (one,)), faint, AT, {}) == AT + 8 * DAY
    assert next_change(ScoreModel((), (one,)), faint, AT + 8 * DAY, {}) is None


def test_the_score_changes_next_when_a_window_ends_or_the_time_of_a_touchpoint_comes():
    active = FitClause("active", CountRule(Selection(("page_viewed",), within=7 * DAY)), 200)
    facts = Facts(touchpoints=(happened("page_viewed", AT - DAY), happened("mail_bounced", AT + 2 * DAY)))
    model = ScoreModel((active,), (BOUNCE,))

    assert next_change(model, facts, AT, {}) == AT + 2 * DAY
    assert next_change(model, facts, AT + 2 * DAY, {}) == AT + 6 * DAY
    assert next_change(model, facts, AT + 6 * DAY, {}) is None


def test_an_unknown_criterion_is_an_error():
    with pytest.raises(RulesError, match="right_company"):
        score(MODEL, Facts(), AT, {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": 0.5},
        {"points": 100_000_001},
        {"at_most": -1},
        {"at_most": 2.5},
        {"half_life": timedelta(hours=1)},
        {"half_life": timedelta(0)},
    ],
)
def test_a_clause_that_cannot_be_computed_exactly_is_refused(wrong):
    with pytest.raises(ScoringError, match="clause 7"):
        EngagementClause(**{"name": "clause 7", "event": "e", "where": (), "points": 100, **wrong})
