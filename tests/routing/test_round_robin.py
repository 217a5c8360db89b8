"""Who gets a lead, why not the others, and how evenly turns are spread."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from accord.routing import LEAD, Candidate, Reason, RoutingError, Wish, carried_out, plan, route

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA, BEN, CY = Candidate(1, "Ada"), Candidate(2, "Ben"), Candidate(3, "Cy")


def owners(decisions):
    return [decision.owner for decision in decisions]


def reasons(decision):
    return {c.name: c.reason for c in decision.considered}


def details(decision):
    return {c.name: c.detail for c in decision.considered}


def test_equal_members_take_turns_by_id_whatever_the_order_in_which_they_are_named():
    assert owners(plan([CY, ADA, BEN], 7, NOW)) == [1, 2, 3, 1, 2, 3, 1]


def test_turns_of_a_heavy_member_are_spread_as_nginx_spreads_them():
    """The sequence for weights 5, 1 and 1 in the message of nginx's commit: a a b a c a a."""
    team = [replace(ADA, weight=5), BEN, CY]
    assert owners(plan(team, 7, NOW)) == [1, 1, 2, 1, 3, 1, 1]


def test_an_import_of_500_leads_is_spread_fairly():
    """Lesson 6."""
    team = [replace(ADA, weight=3), replace(BEN, weight=1), CY, Candidate(4, "Di")]
    # 500 leads by weights 3, 1, 1, 1: 250 and 83 1/3 each
    given = Counter(owners(plan(team, 500, NOW)))
    assert given == {1: 250, 2: 84, 3: 83, 4: 83}


def test_the_dry_run_is_the_run():
    """Lesson 6: each real run is made from what the one before it left in the team's record."""
    team = [replace(ADA, weight=3, capacity=40), replace(BEN, open_leads=5, capacity=60), replace(CY, active=False)]
    dry = plan(team, 150, NOW)
    for expected in dry:
        real = route(team, NOW)
        assert real == expected
        team = [
            replace(c, credit=real.credits[c.owner], open_leads=c.open_leads + (1 if c.owner == real.owner else 0))
            for c in team
        ]
    assert Counter(owners(dry)) == {1: 40, 2: 55, None: 55}


@pytest.mark.parametrize(
    ("ben", "reason", "detail"),
    [
        (replace(BEN, active=False), Reason.DEACTIVATED, "deactivated"),
        (replace(BEN, capacity=12, open_leads=12), Reason.FULL, "12 of 12 leads open"),
        (replace(BEN, capacity=12, open_leads=13), Reason.FULL, "13 of 12 leads open"),
        (replace(BEN, capacity=0), Reason.FULL, "0 of 0 leads open"),
        (replace(BEN, weight=0), Reason.NO_WEIGHT, "takes no leads: weight 0"),
        (
            replace(BEN, on_leave_until=datetime(2026, 3, 4, 12, 30, tzinfo=UTC)),
            Reason.ON_LEAVE,
            "on leave until 4 March 2026, 12:30",
        ),
        (
            replace(BEN, on_leave_until=datetime(2026, 4, 1, tzinfo=UTC)),
            Reason.ON_LEAVE,
            "on leave until the end of 31 March 2026",
        ),
    ],
)
def test_who_cannot_take_a_lead_never_gets_one_and_is_told_why(ben, reason, detail):
    """Lesson 5."""
    ben = replace(ben, credit=100 * LEAD)  # however much is owed to them
    decisions = plan([ADA, ben], 20, NOW)
    assert set(owners(decisions)) == {1}
    assert reasons(decisions[0]) == {"Ada": Reason.CHOSEN, "Ben": reason}
    assert details(decisions[0])["Ben"] == detail


def test_of_several_reasons_the_first_is_given():
    gone = replace(BEN, active=False, weight=0, capacity=0, on_leave_until=NOW + timedelta(days=1))
    back = replace(gone, active=True)
    assert reasons(route([ADA, gone], NOW, Wish(excluding=frozenset({2}))))["Ben"] is Reason.DEACTIVATED
    assert reasons(route([ADA, back], NOW, Wish(excluding=frozenset({2}))))["Ben"] is Reason.EXCLUDED
    assert reasons(route([ADA, back], NOW))["Ben"] is Reason.ON_LEAVE
    assert reasons(route([ADA, replace(back, on_leave_until=None)], NOW))["Ben"] is Reason.FULL


def test_leave_is_over_at_the_instant_of_its_end_in_whatever_zone():
    until = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))  # 09:00 UTC
    away = replace(BEN, on_leave_until=until)
    assert route([away], NOW).owner == 2
    assert route([away], NOW - timedelta(microseconds=1)).owner is None


def test_a_full_member_drops_out_when_the_last_place_is_taken():
    """Lesson 5."""
    team = [replace(ADA, capacity=2), BEN]
    assert owners(plan(team, 6, NOW)) == [1, 2, 1, 2, 2, 2]


def test_the_previous_owner_does_not_get_back_a_lead_that_is_offered_again():
    """Lesson 5."""
    decision = route([ADA, BEN], NOW, Wish(excluding=frozenset({1})))
    assert decision.owner == 2
    assert reasons(decision)["Ada"] is Reason.EXCLUDED
    assert decision.credits[1] == 0


@pytest.mark.parametrize("team", [[], [replace(ADA, active=False), replace(BEN, capacity=0)]])
def test_nobody_gets_the_lead_only_if_nobody_can(team):
    """Lesson 7."""
    decision = route(team, NOW)
    assert decision.owner is None
    assert len(decision.considered) == len(team)
    assert Reason.CHOSEN not in reasons(decision).values()


def test_one_member_who_can_is_enough_however_much_they_had():
    """Lesson 7."""
    overdrawn = replace(BEN, credit=-1000 * LEAD)
    assert route([replace(ADA, active=False), overdrawn], NOW).owner == 2


def test_who_is_passed_over_neither_gains_nor_loses_credit():
    team = (ADA, BEN, replace(CY, active=False, credit=123))
    for decision in plan(team, 5, NOW):
        assert decision.credits[3] == 123
        assert decision.credits[1] + decision.credits[2] == 0


def test_a_member_back_from_leave_gets_no_backlog():
    """While Ben is away, 100 leads go to the others; then the turns go on as if those had not been."""
    team = (ADA, replace(BEN, on_leave_until=NOW + timedelta(days=7)), CY)
    for _ in range(100):
        team = carried_out(team, route(team, NOW))
    after = owners(plan(team, 9, NOW + timedelta(days=7)))
    assert Counter(after) == {1: 3, 2: 3, 3: 3}


def test_a_newcomer_starts_level_with_a_team_that_many_left_while_they_were_owed_a_lead():
    team = (ADA, BEN)
    for newcomer in range(3, 43):
        team = (*team, Candidate(newcomer, "New"))
        team = carried_out(team, route(team, NOW))
        owed = max(team, key=lambda c: c.credit)
        team = tuple(c for c in team if c is not owed)
        team = carried_out(team, route(team, NOW))
    given = Counter(owners(plan((*team, Candidate(99, "Nia")), 9, NOW)))
    assert given[99] in (3, 4)


def test_a_change_of_weights_is_not_paid_for_in_old_coin():
    """With sums of weights as credits, as in nginx, Ben would now get some hundred leads in a row."""
    team = (replace(ADA, weight=300), replace(BEN, weight=100))
    team = carried_out(team, route(team, NOW))
    team = tuple(replace(c, weight=1) for c in team)
    assert Counter(owners(plan(team, 10, NOW))) == {1: 5, 2: 5}


def test_who_waits_reads_whose_turn_it_is_and_what_their_share_is():
    decision = route([replace(ADA, weight=4), replace(BEN, weight=2), CY], NOW)
    assert details(decision) == {
        "Ada": "it is their turn: they take 4 of every 7 leads",
        "Ben": "takes 2 of every 7 leads; this one is Ada's turn",
        "Cy": "takes 1 of every 7 leads; this one is Ada's turn",
    }
    assert details(route([replace(ADA, weight=2), replace(BEN, weight=2)], NOW))["Ben"].startswith("takes 1 of every 2")


def test_the_considered_stand_in_the_order_chosen_then_most_owed_then_passed_over():
    team = [replace(ADA, active=False), BEN, replace(CY, credit=5), Candidate(4, "Di", credit=9)]
    assert [c.name for c in route(team, NOW).considered] == ["Di", "Cy", "Ben", "Ada"]


@pytest.mark.parametrize(
    ("team", "sentence"),
    [
        ([ADA, BEN], "Ada, because it is their turn: they take 1 of every 2 leads."),
        (
            [ADA, replace(BEN, active=False), replace(CY, capacity=3, open_leads=3)],
            "Ada, because nobody else can take it; passed over: Ben (deactivated), Cy (3 of 3 leads open).",
        ),
        (
            [replace(BEN, active=False)],
            "Nobody can take this lead, so it goes to the queue: Ben (deactivated).",
        ),
        ([], "Nobody can take this lead, so it goes to the queue: the team has no members."),
    ],
)
def test_a_decision_is_one_sentence(team, sentence):
    assert route(team, NOW).sentence == sentence


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: Candidate(1, "Ada", weight=-1), "routing.bad_candidate"),
        (lambda: Candidate(1, "Ada", open_leads=-1), "routing.bad_candidate"),
        (lambda: Candidate(1, "Ada", capacity=-1), "routing.bad_candidate"),
        (lambda: Candidate(1, "Ada", on_leave_until=NOW.replace(tzinfo=None)), "routing.naive_time"),
        (lambda: route([ADA], NOW.replace(tzinfo=None)), "routing.naive_time"),
        (lambda: route([ADA, replace(BEN, owner=1)], NOW), "routing.duplicate_owner"),
        (lambda: plan([ADA], -1, NOW), "routing.bad_count"),
    ],
)
def test_what_cannot_be_routed_is_refused(call, code):
    with pytest.raises(RoutingError) as error:
        call()
    assert error.value.code == code
    assert error.value.hint


def test_importing_routing_loads_no_other_room_and_no_django():
    code = "import sys, accord.routing; print(*(m for m in sys.modules if m.startswith(('django', 'accord.'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.split(".")[1] for name in done.stdout.split() if name.startswith("accord.")}
    assert rooms == {"errors", "routing"}
    assert "django" not in done.stdout
