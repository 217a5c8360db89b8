"""Turns in random teams: fair to the bound that is proven, and never to somebody who cannot take a lead."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.routing import LEAD, Candidate, Reason, Wish, carried_out, plan, route

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def team_of(weights):
    return tuple(Candidate(owner, f"Member {owner}", weight=weight) for owner, weight in enumerate(weights, start=1))


@st.composite
def teams(draw):
    """Members in any state."""
    return tuple(
        Candidate(
            owner,
            f"Member {owner}",
            weight=draw(st.integers(0, 5)),
            open_leads=draw(st.integers(0, 4)),
            capacity=draw(st.none() | st.integers(0, 8)),
            active=draw(st.booleans()),
            on_leave_until=draw(st.none() | st.integers(-2, 2).map(lambda days: NOW + timedelta(days=days))),
            credit=draw(st.integers(-3 * LEAD, 3 * LEAD)),
        )
        for owner in draw(st.lists(st.integers(1, 50), max_size=8, unique=True))
    )


def can_take(candidate, excluding):
    """The reference, in the words of lesson 5."""
    on_leave = candidate.on_leave_until is not None and candidate.on_leave_until > NOW
    full = candidate.capacity is not None and candidate.open_leads >= candidate.capacity
    return candidate.active and not on_leave and not full and candidate.weight > 0 and candidate.owner not in excluding


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=10), st.integers(1, 150))
def test_nobody_is_a_lead_ahead_of_their_share_nor_far_behind(weights, leads):
    """Lesson 6: ahead by less than one lead, behind by at most 1/2 + … + 1/k, after each and every lead."""
    behind = sum(Fraction(1, n) for n in range(2, len(weights) + 1))
    given_to = Counter()
    for number, decision in enumerate(plan(team_of(weights), leads, NOW), start=1):
        given_to[decision.owner] += 1
        for owner, weight in enumerate(weights, start=1):
            ahead = given_to[owner] - Fraction(number * weight, sum(weights))
            rounding = Fraction(number, LEAD)
            assert -behind - rounding <= ahead < 1 + rounding
            assert abs(Fraction(-decision.credits[owner], LEAD) - ahead) <= rounding


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_after_a_whole_round_everybody_had_exactly_their_weight(weights):
    """Lesson 6: for weights that sum to 16 or less, of which LEAD is a multiple."""
    decisions = plan(team_of(weights), 2 * sum(weights), NOW)
    given_to = Counter(decision.owner for decision in decisions)
    assert [given_to[owner] for owner in range(1, len(weights) + 1)] == [2 * weight for weight in weights]
    assert set(decisions[-1].credits.values()) == {0}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(1, 60), min_size=5, max_size=5), min_size=1, max_size=40))
def test_the_bound_holds_when_weights_change_from_lead_to_lead(rounds):
    members = team_of([1] * 5)
    for weights in rounds:
        members = tuple(replace(c, weight=w) for c, w in zip(members, weights, strict=True))
        members = carried_out(members, route(members, NOW))
        assert sum(c.credit for c in members) == 0
        assert all(-LEAD < c.credit <= LEAD * Fraction(77, 60) for c in members)  # 1/2 + 1/3 + 1/4 + 1/5


@settings(max_examples=200, deadline=None)
@given(teams(), st.frozensets(st.integers(1, 50), max_size=10), st.integers(0, 25))
def test_only_who_can_take_a_lead_gets_one_and_somebody_does_if_anybody_can(team, excluding, leads):
    """Lessons 5 and 7."""
    for decision in plan(team, leads, NOW, Wish(excluding=excluding)):
        able = {c.owner for c in team if can_take(c, excluding)}
        assert decision.owner in (able or {None})
        assert {c.owner for c in decision.considered} == {c.owner for c in team} == set(decision.credits)
        assert {c.owner for c in decision.considered if c.reason is Reason.CHOSEN} == {decision.owner} - {None}
        assert {c.owner for c in decision.considered if c.reason is Reason.WAITING_TURN} == able - {decision.owner}
        team = carried_out(team, decision)


@settings(max_examples=60, deadline=None)
@given(teams(), st.integers(0, 25), st.randoms(use_true_random=False))
def test_a_plan_does_not_depend_on_the_order_of_the_team_and_equals_the_runs(team, leads, random):
    """Lesson 6."""
    shuffled = random.sample(team, len(team))
    dry = plan(team, leads, NOW)
    assert plan(shuffled, leads, NOW) == dry
    for expected in dry:
        assert route(shuffled, NOW) == expected
        shuffled = carried_out(shuffled, expected)


@settings(max_examples=100, deadline=None)
@given(teams())
def test_the_live_share_one_lead_and_the_others_keep_what_they_had(team):
    decision = route(team, NOW)
    live = [c for c in team if can_take(c, frozenset())]
    for candidate in team:
        if candidate not in live:
            assert decision.credits[candidate.owner] == candidate.credit
    assert 0 <= sum(decision.credits[c.owner] for c in live) < max(len(live), 1)  # to a mean of zero, rounded down
