"""Journeys whose credit was worked out by hand, under every model that looks at one conversion at a time."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.attribution.rows import conversions, marked, path, touches

from accord.attribution import (
    FULL_PATH,
    W_SHAPED,
    AttributionError,
    LastNonDirect,
    Model,
    Staged,
    TimeDecay,
    attribute,
)


def credit(labels: str, model: Model | str, cents: int = 10_000, at: float | None = None) -> Mapping[str, int]:
    """What each label gets of one conversion, by default a day after the last of its touches."""
    won = conversions((1, len(labels.split()) if at is None else at, cents))
    given = attribute(touches(*path(labels)), won, [model]).credits[0].by_label()
    return {str(label): found for label, found in given.items() if found}


@pytest.mark.parametrize(
    ("labels", "model", "expected"),
    [
        ("A B C", "first", {"A": 10_000}),
        ("A B C", "last", {"C": 10_000}),
        ("A", "first", {"A": 10_000}),
        ("A B Direct", "last_non_direct", {"B": 10_000}),
        ("A Direct B Direct Direct", "last_non_direct", {"B": 10_000}),
        ("Direct Direct", "last_non_direct", {"Direct": 10_000}),
        ("A B C D", "linear", {"A": 2_500, "B": 2_500, "C": 2_500, "D": 2_500}),
        ("A B A D", "linear", {"A": 5_000, "B": 2_500, "D": 2_500}),
        # 40 % to the ends, 20 % over the two between.
        ("A B C D", "u_shaped", {"A": 4_000, "B": 1_000, "C": 1_000, "D": 4_000}),
        # Nobody between: 40 to 40 is half and half.
        ("A B", "u_shaped", {"A": 5_000, "B": 5_000}),
        ("A", "u_shaped", {"A": 10_000}),
        ("A B C D", "u_shaped_50_50", {"A": 5_000, "D": 5_000}),
        ("A B A", "u_shaped_50_50", {"A": 10_000}),
    ],
)
def test_credit_that_was_worked_out_by_hand(labels: str, model: str, expected: dict[str, int]) -> None:
    assert credit(labels, model) == expected


def test_a_touch_a_half_life_earlier_gets_half() -> None:
    # B is 1 day before the conversion, A 2 days: with a half-life of one day A gets half of what B gets.
    assert credit("A B", TimeDecay(timedelta(days=1)), 300) == {"A": 100, "B": 200}
    # Days 0, 1 and 2 weigh 1, 2 and 4 of 7.
    assert credit("A B C", TimeDecay(timedelta(days=1)), 700) == {"A": 100, "B": 200, "C": 400}


def test_time_decay_loses_nothing_in_a_journey_that_is_ages_old() -> None:
    # Two halvings a day for 3,000 days is 2**-6000, less than any float; the two touches still stand 1 to 4.
    assert credit("A B", TimeDecay(timedelta(hours=12)), 500, at=3_000) == {"A": 100, "B": 400}


def test_other_labels_may_count_as_direct() -> None:
    assert credit("A Newsletter", LastNonDirect(frozenset({"Newsletter"}))) == {"A": 10_000}


def staged(model: Model, lead: float | None, opportunity: float | None, labels: str = "A B C D E") -> dict[str, int]:
    won = marked((1, 10.0, 10_000, lead, opportunity))
    return dict(attribute(touches(*path(labels)), won, [model]).credits[0].by_label())


def test_a_w_shape_gives_thirty_to_first_lead_and_opportunity() -> None:
    # The lead came to be half a day after B, the opportunity at the very instant of D; C and E share 10 %.
    assert staged(W_SHAPED, 1.5, 3.0) == {"A": 3_000, "B": 3_000, "C": 500, "D": 3_000, "E": 500}


def test_a_full_path_gives_to_the_last_as_well() -> None:
    # 22.5 % each to A, B, D and E; 10 % to C.
    assert staged(FULL_PATH, 1.5, 3.0) == {"A": 2_250, "B": 2_250, "C": 1_000, "D": 2_250, "E": 2_250}


def test_a_touch_that_stands_at_two_stages_gets_both_shares() -> None:
    # A made the lead as well: 60 %, the opportunity D 30 %; B, C and E share 10 %: 333.33 each, one cent is left.
    assert staged(W_SHAPED, 0.5, 3.0) == {"A": 6_000, "B": 334, "C": 333, "D": 3_000, "E": 333}


def test_a_stage_that_was_not_reached_leaves_its_share_to_the_others() -> None:
    # No opportunity: 30, 30 and 10 of 70. A and B 4,285.71; C, D and E 476.19 each. Rounded down 9,998; the two
    # cents that are left go to the largest remainders, .71 of A and B.
    assert staged(W_SHAPED, 1.5, None) == {"A": 4_286, "B": 4_286, "C": 476, "D": 476, "E": 476}


def test_a_lead_from_before_the_first_touch_was_made_by_no_touch() -> None:
    assert staged(W_SHAPED, -3.0, None) == staged(W_SHAPED, None, None)


def test_custom_shares_for_which_there_is_no_touch_fall_back_to_even_ones() -> None:
    assert staged(Staged("only_between", between=1.0), None, None, "A B") == {"A": 5_000, "B": 5_000}
    assert staged(Staged("only_lead", lead=1.0), None, None, "A B") == {"A": 5_000, "B": 5_000}


def test_custom_shares_are_followed() -> None:
    # 10 % first, 60 % last, 30 % over the three between.
    mine = Staged("mine", first=0.1, last=0.6, between=0.3)
    assert staged(mine, None, None) == {"A": 1_000, "B": 1_000, "C": 1_000, "D": 1_000, "E": 6_000}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: Staged("mine", first=0.5), "attribution.bad_shares"),
        (lambda: Staged("mine", first=1.5, last=-0.5), "attribution.bad_shares"),
        (lambda: TimeDecay(timedelta(0)), "attribution.bad_half_life"),
        (lambda: credit("A", "lineal"), "attribution.unknown_model"),
        (lambda: attribute(touches(), conversions(), ["first", "first"]), "attribution.same_name"),
    ],
)
def test_models_that_make_no_sense_are_refused(wrong, code: str) -> None:
    with pytest.raises(AttributionError) as caught:
        wrong()
    assert caught.value.code == code
