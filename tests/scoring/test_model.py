"""What a clause may say, to its very bounds, and the sentence with which it is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from accord.rules import All, Facts, Touchpoint
from accord.scoring import EngagementClause, FitClause, ScoreModel, ScoringError, next_change, score

DAY = timedelta(days=1)
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
MILLION = 1_000_000 * 100
ALWAYS = All(())


def engagement(points, half_life=None, at_most=None):
    return EngagementClause("score.engagement[3]", "page_viewed", (), points, half_life, at_most)


@pytest.mark.parametrize(
    ("refused", "code", "sentence"),
    [
        (
            lambda: FitClause("score.fit[2]", ALWAYS, MILLION + 1),
            "scoring.points",
            "score.fit[2]: 100000001 hundredths of a point is not a whole number within a million points",
        ),
        (
            lambda: engagement(1.5),
            "scoring.points",
            "score.engagement[3]: 1.5 hundredths of a point is not a whole number within a million points",
        ),
        (
            lambda: engagement(100, 3651 * DAY),
            "scoring.half_life",
            "score.engagement[3]: a half-life is 1 to 3650 whole days, not 3651 days, 0:00:00",
        ),
        (
            lambda: engagement(100, timedelta(hours=36)),
            "scoring.half_life",
            "score.engagement[3]: a half-life is 1 to 3650 whole days, not 1 day, 12:00:00",
        ),
        (
            lambda: engagement(100, at_most=-1),
            "scoring.at_most",
            "score.engagement[3]: a cap is 0 or more, not -1",
        ),
    ],
)
def test_a_refusal_names_the_clause_and_what_is_valid(refused, code, sentence):
    with pytest.raises(ScoringError) as error:
        refused()
    assert (error.value.code, str(error.value)) == (code, sentence)


@pytest.mark.parametrize("points", [MILLION, -MILLION, 0])
def test_the_bounds_themselves_are_valid(points):
    assert FitClause("fit", ALWAYS, points).points == points
    assert engagement(points, DAY, MILLION).half_life == DAY
    assert engagement(points, 3650 * DAY, 0).at_most == 0


def test_what_is_worth_something_for_the_last_day_is_in_the_ledger():
    model = ScoreModel(engagement=(engagement(4, DAY),))  # worth 4, 2, 1, 1 hundredths, then nothing
    card = score(model, Facts(touchpoints=(Touchpoint("1", "page_viewed", AT - 3 * DAY),)), AT, {})
    assert [(entry.points, entry.tomorrow) for entry in card.ledger] == [(1, 0)]


@pytest.mark.parametrize(("age", "change"), [(3, AT + DAY), (4, None), (4000, None)])
def test_what_has_faded_for_good_changes_nothing_any_more(age, change):
    model = ScoreModel(engagement=(engagement(4, DAY),))
    assert next_change(model, Facts(touchpoints=(Touchpoint("1", "page_viewed", AT - age * DAY),)), AT, {}) == change


def test_what_never_fades_changes_nothing_by_itself():
    model = ScoreModel(engagement=(engagement(400),))
    assert next_change(model, Facts(touchpoints=(Touchpoint("1", "page_viewed", AT - DAY),)), AT, {}) is None
