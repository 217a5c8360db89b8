"""Who comes first for a lead: worked out by hand, one clause of the routing after the other."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accord.routing import (
    LEAD,
    Candidate,
    Preference,
    Reason,
    Territory,
    Wish,
    carried_out,
    gini,
    plan,
    route,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
COUNTRY, LANGUAGE = "company.country", "person.language"
GERMAN = Territory(COUNTRY, "de", "company country DE")
SPEAKS_POLISH = Territory(LANGUAGE, "pl", "person language pl")
ADA = Candidate(1, "Ada", covers=frozenset({(COUNTRY, "de")}))
BEN = Candidate(2, "Ben", covers=frozenset({(COUNTRY, "de"), (LANGUAGE, "pl")}))
CY = Candidate(3, "Cy", covers=frozenset({(LANGUAGE, "pl")}))
TEAM = (ADA, BEN, CY)


def told(decision):
    return {c.name: (c.reason, c.detail) for c in decision.considered}


def test_whoever_has_the_company_comes_before_all_others_and_the_others_read_why():
    decision = route(TEAM, NOW, Wish(company_owners=(frozenset({3}),), last_owner=2, territories=(GERMAN,)))
    assert (decision.owner, decision.why) == (3, Preference.COMPANY_OWNER)
    assert told(decision) == {
        "Cy": (Reason.CHOSEN, "the company is theirs"),
        "Ada": (Reason.COMES_LATER, "Cy comes first, whose company it is"),
        "Ben": (Reason.COMES_LATER, "Cy comes first, whose company it is"),
    }


def test_of_those_who_had_the_company_the_first_who_can_take_it_gets_it():
    had = (frozenset({3}), frozenset({2}), frozenset({1}))
    team = (ADA, BEN, replace(CY, active=False))
    assert route(team, NOW, Wish(company_owners=had)).owner == 2


def test_two_who_have_the_company_take_turns():
    wish = Wish(company_owners=(frozenset({2, 3}),))
    decisions = plan(TEAM, 4, NOW, wish)
    assert [d.owner for d in decisions] == [2, 3, 2, 3]
    assert told(decisions[0])["Ben"][1] == ("the company is theirs, and it is their turn: they take 1 of every 2 leads")
    assert told(decisions[0])["Ada"] == (Reason.COMES_LATER, "Ben comes first, whose company it is")


def test_the_owner_of_the_last_cycle_comes_before_those_who_cover_the_country():
    decision = route(TEAM, NOW, Wish(last_owner=3, territories=(GERMAN,)))
    assert (decision.owner, decision.why) == (3, Preference.LAST_OWNER)
    assert told(decision)["Cy"][1] == "they had this person in the last cycle"


def test_an_owner_of_another_team_is_nobody_here():
    assert route(TEAM, NOW, Wish(company_owners=(frozenset({9}),), last_owner=8)).why is None


def test_whoever_covers_all_values_comes_before_who_covers_the_first():
    wish = Wish(territories=(GERMAN, SPEAKS_POLISH))
    both = route(TEAM, NOW, wish)
    assert (both.owner, both.why) == (2, Preference.COVERS)
    assert told(both)["Ben"][1] == "they cover company country DE and person language pl"
    without_ben = (ADA, replace(BEN, capacity=0), CY)
    assert route(without_ben, NOW, wish).owner == 1  # the country is named first
    only_polish = (replace(ADA, active=False), replace(BEN, active=False), CY)
    assert route(only_polish, NOW, wish).why is None


def test_where_nobody_covers_it_everybody_takes_turns():
    french = Territory(COUNTRY, "fr", "company country FR")
    assert [d.owner for d in plan(TEAM, 4, NOW, Wish(territories=(french,)))] == [1, 2, 3, 1]


def test_a_full_owner_of_the_company_is_passed_over_like_anybody_full():
    team = (replace(ADA, capacity=2, open_leads=2), BEN, CY)
    decision = route(team, NOW, Wish(company_owners=(frozenset({1}),)))
    assert (decision.owner, decision.why) == (2, None)
    assert told(decision)["Ada"] == (Reason.FULL, "2 of 2 leads open")


@pytest.mark.parametrize(
    ("capacity", "at_most", "detail"),
    [(None, 5, "5 of 5 leads open"), (3, 9, "5 of 3 leads open"), (9, 4, "5 of 4 leads open")],
)
def test_the_lesser_of_a_members_and_the_rules_bound_counts(capacity, at_most, detail):
    decision = route((replace(ADA, open_leads=5, capacity=capacity), BEN), NOW, Wish(at_most=at_most))
    assert decision.owner == 2
    assert told(decision)["Ada"] == (Reason.FULL, detail)


def test_outside_their_hours_somebody_gets_a_lead_only_if_the_rule_does_not_ask_for_hours():
    team = (replace(ADA, on_shift=False), BEN)
    decision = route(team, NOW, Wish(only_on_shift=True))
    assert decision.owner == 2
    assert told(decision)["Ada"] == (Reason.OFF_SHIFT, "not at work at this hour")
    assert route(team, NOW).owner == 1
    assert route((replace(ADA, on_shift=False),), NOW, Wish(only_on_shift=True)).owner is None


def test_a_lead_for_a_named_queue_goes_to_nobody_and_costs_nobody_a_turn():
    team = (replace(ADA, credit=5), replace(BEN, active=False), CY)
    decision = route(team, NOW, Wish(queue="trade_fair"))
    assert (decision.owner, decision.queue, decision.credits) == (None, "trade_fair", {1: 5, 2: 0, 3: 0})
    assert told(decision) == {
        "Ada": (Reason.MAY_TAKE, "may take it from the queue “trade fair”"),
        "Cy": (Reason.MAY_TAKE, "may take it from the queue “trade fair”"),
        "Ben": (Reason.DEACTIVATED, "deactivated"),
    }
    assert decision.sentence == "It waits in the queue “trade fair” until somebody takes it."


def test_leads_that_are_somebodys_by_right_are_no_turns_of_theirs():
    """Ten leads of Cy's company leave the turns as they were: Ada, Ben and Cy get one each of the next three."""
    team = TEAM
    for _ in range(10):
        decision = route(team, NOW, Wish(company_owners=(frozenset({3}),)))
        assert decision.owner == 3
        team = carried_out(team, decision)
    assert Counter(d.owner for d in plan(team, 3, NOW)) == {1: 1, 2: 1, 3: 1}


def test_who_was_away_for_a_hundred_leads_is_not_flooded_when_they_are_back():
    """Lesson 5: of the first three leads after their return they get one, as everybody."""
    away = replace(CY, active=False)
    team = (ADA, BEN, away)
    for decision in plan(team, 100, NOW):
        team = carried_out(team, decision)
    back = tuple(replace(c, active=True) for c in team)
    assert Counter(d.owner for d in plan(back, 30, NOW)) == {1: 10, 2: 10, 3: 10}
    assert [d.owner for d in plan(back, 3, NOW)].count(3) == 1


def test_credit_among_those_who_come_first_sums_to_what_it_was():
    """Ada and Ben share a German lead half and half: one of them is charged it, and Cy's credit stays."""
    decision = route(TEAM, NOW, Wish(territories=(GERMAN,)))
    assert decision.credits == {1: -LEAD // 2, 2: LEAD // 2, 3: 0}


def test_gini_of_an_amount_that_is_less_than_nothing_is_refused():
    with pytest.raises(ValueError, match="cannot be spread"):
        gini([1, -1])
    assert gini([]) == gini([0, 0]) == 0.0
