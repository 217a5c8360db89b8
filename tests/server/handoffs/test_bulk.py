"""The same with many leads: what can be done is done, what cannot be is named, and all of it can be taken back."""

import random
import re
from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.errors import AccordError
from accord.server.accounts.models import Leave, Membership, User
from accord.server.accounts.services import join_team
from accord.server.agreements.models import Revision
from accord.server.handoffs import decisions, taking
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.handoffs.questions import answer, ask
from accord.server.handoffs.regrets import regrets, regrets_together
from accord.server.handoffs.taking_back import take_back
from accord.server.pipeline.models import Lead

MINUTE = timedelta(minutes=1)
LATER = MONDAY + 5 * MINUTE


def owner(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def ticking(lead: Lead) -> dict[str, object]:
    running = Clock.objects.filter(lead=lead, stopped_at=None, offer__isnull=False)
    return {clock.promise: (clock.started_at, clock.due_at, clock.revision_id) for clock in running}


def test_a_move_is_taken_back_with_its_clocks_as_if_it_had_not_been(world: World, cast: Cast) -> None:
    lead = world.offered()
    first, before = owner(lead), ticking(lead)
    decisions.pass_on(lead.pk, by=first, at=LATER)
    second = owner(lead)
    assert second != first
    assert ticking(lead) != before
    take_back(lead.pk, by=first, at=LATER + MINUTE)
    assert (owner(lead), ticking(lead)) == (first, before)
    offers = list(Offer.objects.filter(lead=lead).order_by("pk"))
    assert [(each.owner, each.status) for each in offers] == [
        (first, "withdrawn"), (second, "withdrawn"), (first, "open"),
    ]  # fmt: skip
    assert offers[1].note == f"taken back by {first.name}"


def test_taking_a_move_back_twice_changes_nothing(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    decisions.pass_on(lead.pk, by=first, at=LATER)
    take_back(lead.pk, by=first, at=LATER + MINUTE)
    take_back(lead.pk, by=first, at=LATER + 2 * MINUTE)
    assert Offer.objects.filter(lead=lead).count() == 3


def test_nobody_is_reminded_twice_by_doing_and_undoing(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    clock = Clock.objects.get(lead=lead, promise="first_attempt")
    ClockEvent.objects.create(clock=clock, kind="reminded", step="remind owner at 80", at=LATER)
    decisions.pass_on(lead.pk, by=first, at=LATER + MINUTE)
    take_back(lead.pk, by=first, at=LATER + 2 * MINUTE)
    again = Clock.objects.get(lead=lead, promise="first_attempt", stopped_at=None)
    assert again.events.filter(kind="reminded", step="remind owner at 80", at=LATER).count() == 1


def test_a_promise_that_was_kept_before_the_move_is_not_owed_again(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    Clock.objects.filter(lead=lead, promise="first_attempt").update(stopped_at=LATER, outcome="kept")
    Clock.objects.filter(lead=lead, promise="first_attempt").update(next_check_at=None)
    decisions.pass_on(lead.pk, by=first, at=LATER + MINUTE)
    take_back(lead.pk, by=first, at=LATER + 2 * MINUTE)
    assert set(ticking(lead)) == {"decide"}


def test_what_somebody_has_built_on_is_not_taken_back(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    decisions.pass_on(lead.pk, by=first, at=LATER)
    decisions.accept(lead.pk, by=owner(lead), at=LATER + MINUTE)
    with pytest.raises(HandoffError, match="can no longer be undone"):
        take_back(lead.pk, by=first, at=LATER + 2 * MINUTE)
    assert regrets(first, {}, LATER + 2 * MINUTE) == []


def test_a_move_of_long_ago_stays(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    decisions.pass_on(lead.pk, by=first, at=LATER)
    assert len(regrets(first, {}, LATER + 9 * MINUTE)) == 1
    assert regrets(first, {}, LATER + 10 * MINUTE) == []
    with pytest.raises(HandoffError):
        take_back(lead.pk, by=first, at=LATER + 10 * MINUTE)


def test_giving_an_accepted_lead_back_is_taken_back(world: World, cast: Cast) -> None:
    lead = world.offered()
    priya = owner(lead)
    decisions.accept(lead.pk, by=priya, at=LATER)
    before = ticking(lead)
    decisions.recycle(lead.pk, reason="not_now", by=priya, at=LATER + MINUTE)
    assert [(each.did, each.why) for each in regrets(priya, {"not_now": "Bad timing"}, LATER + MINUTE)] == [
        ("given back", "Bad timing")
    ]
    take_back(lead.pk, by=priya, at=LATER + 2 * MINUTE)
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at, lead.end_reason, owner(lead)) == ("sal", None, "", priya)
    assert ticking(lead) == before
    changes = list(lead.stage_changes.order_by("pk").values_list("to_stage", flat=True))
    assert changes[-3:] == ["sal", "recycled", "sal"]


def test_a_lost_deal_is_not_undone_here(world: World, cast: Cast) -> None:
    lead = world.offered()
    priya = owner(lead)
    decisions.accept(lead.pk, by=priya, at=LATER)
    decisions.start_deal(lead.pk, amount=None, by=priya, at=LATER)
    decisions.lose(lead.pk, reason="not_now", by=priya, at=LATER + MINUTE)
    assert regrets(priya, {}, LATER + MINUTE) == []
    with pytest.raises(HandoffError):
        take_back(lead.pk, by=priya, at=LATER + 2 * MINUTE)


def test_a_manager_gives_a_lead_to_somebody_by_name_and_takes_it_back(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    other = cast.tom if first == cast.priya else cast.priya
    taking.give_to(lead.pk, other, by=cast.sven, at=LATER)
    assert owner(lead) == other
    offer = Offer.objects.get(lead=lead, status="open")
    assert (offer.given_by, offer.routing[0]["detail"]) == (cast.sven, f"given to {other.name} by Sven")
    taking.give_to(lead.pk, other, by=cast.sven, at=LATER + MINUTE)
    assert Offer.objects.filter(lead=lead).count() == 2
    take_back(lead.pk, by=cast.sven, at=LATER + MINUTE)
    assert owner(lead) == first


def test_a_lead_goes_to_nobody_outside_ones_teams_nor_to_who_has_left(world: World, cast: Cast) -> None:
    lead = world.offered()
    for somebody in (cast.enno, cast.mara):
        with pytest.raises(HandoffError, match="cannot take leads from you"):
            taking.give_to(lead.pk, somebody, by=cast.sven, at=LATER)
    other = cast.tom if owner(lead) == cast.priya else cast.priya
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(HandoffError):
        taking.give_to(lead.pk, other, by=cast.sven, at=LATER)
    taking.give_to(lead.pk, cast.enno, by=cast.olga, at=LATER)
    assert owner(lead) == cast.enno


def test_a_question_survives_when_the_offer_moves_to_another_owner(world: World, cast: Cast) -> None:
    lead = world.offered()
    first = owner(lead)
    question = ask(lead.pk, "Which site is it about?", by=first, at=LATER)
    decisions.pass_on(lead.pk, by=first, at=LATER + MINUTE)
    second = owner(lead)
    question.refresh_from_db()
    assert (question.closed_at, question.offer.owner) == (None, second)
    assert set(Clock.objects.filter(offer=question.offer, stopped_at=None).values_list("paused_at", flat=True)) == {
        LATER + MINUTE
    }
    answer(lead.pk, "Both sites", by=cast.mara, at=LATER + 2 * MINUTE)
    assert not Clock.objects.filter(lead=lead, stopped_at=None, paused_at__isnull=False).exists()


# The page -------------------------------------------------------------------------------------------------------------

ALL = "/queue/bulk/{}/"


@pytest.fixture
def leads(world: World, cast: Cast, revision: Revision) -> list[Lead]:
    return [world.offered() for _ in range(4)]


def test_a_manager_passes_on_what_can_be_and_the_rest_is_named(
    leads: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    present.passes(minutes=5)
    decisions.reject(leads[0].pk, reason="not_now", by=cast.sven, at=present.at)
    client = sign_in(cast.sven)
    sent = {"lead": [lead.pk for lead in leads]}
    answer = client.post(ALL.format("pass-on"), sent, headers={"HX-Request": "true"})
    assert "3 leads passed on, 1 not: Person 1 (" in answer.headers["HX-Trigger"]
    groups = regrets_together(regrets(cast.sven, {}, present.at))
    assert sorted(len(group.rows) for group in groups) == [1, 3]

    page = client.get("/queue/").content.decode()
    assert "<strong>3 leads</strong>" in page
    keys = re.findall(r'<input type="hidden" name="lead" value="(\d+)">', page)
    present.passes(seconds=20)
    answer = client.post(ALL.format("undo"), {"lead": keys}, headers={"HX-Request": "true"})
    assert "3 leads as before." in answer.headers["HX-Trigger"]
    assert (
        Offer.objects.filter(lead__in=[lead.pk for lead in leads[1:]], given_by__isnull=False, status="open").count()
        == 0
    )


def test_what_somebody_passed_on_can_be_taken_back_from_a_list_that_holds_it_no_more(
    leads: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    first = owner(leads[0])
    present.passes(minutes=5)
    client = sign_in(first)
    client.post(f"/leads/{leads[0].pk}/pass-on/", {"from": "queue"})
    second = owner(leads[0])
    page = client.get("/queue/").content.decode()
    assert f'id="lead-{leads[0].pk}"' not in page
    assert f'<input type="hidden" name="lead" value="{leads[0].pk}">' in page
    assert f"to {second.name}</span>" in page
    client.post(ALL.format("undo"), {"lead": [leads[0].pk]})
    assert owner(leads[0]) == first


def test_one_reason_lets_go_what_awaits_a_decision_and_what_is_accepted(
    leads: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    present.passes(minutes=5)
    decisions.accept(leads[0].pk, by=cast.sven, at=present.at)
    client = sign_in(cast.sven)
    sent = {"lead": [leads[0].pk, leads[1].pk], "reason": "not_now"}
    client.post(ALL.format("let-go"), sent)
    assert set(Lead.objects.filter(ended_at=present.at).values_list("pk", "stage", "end_reason")) == {
        (leads[0].pk, "recycled", "not_now"),
        (leads[1].pk, "recycled", "not_now"),
    }


def test_without_a_reason_the_dialog_asks_again_and_nothing_is_done(
    leads: list[Lead], cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.sven)
    answer = client.post(ALL.format("let-go"), {"lead": [leads[0].pk]}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#act")
    assert "Choose the reason" in answer.content.decode()
    assert Lead.objects.filter(ended_at=None).count() == 4


def test_leads_are_given_to_a_colleague_who_is_offered_by_name(
    leads: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    client = sign_in(cast.sven)
    keys = [lead.pk for lead in leads]
    asked = client.get(ALL.format("give"), {"lead": keys}, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r"<option value=\"\d+\">(\w+)</option>", asked) == ["Priya", "Tom"]
    present.passes(minutes=1)
    client.post(ALL.format("give"), {"lead": keys, "owner": cast.tom.pk})
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.tom.pk}


def test_whoever_is_full_or_away_gets_leads_only_if_that_is_meant(
    leads: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    """Tom takes as many as he has already; Priya is away, and what nobody has accepted cannot go to her at all."""
    client, keys = sign_in(cast.sven), [lead.pk for lead in leads]
    has = Lead.objects.filter(owner=cast.tom).count()
    Membership.objects.filter(user=cast.tom).update(capacity=has)
    Leave.objects.create(user=cast.priya, start=MONDAY, end=MONDAY + timedelta(days=2))
    present.passes(minutes=1)
    asked = client.get(ALL.format("give"), {"lead": keys}, headers={"HX-Request": "true"}).content.decode()
    assert f"Tom (full: {has} of {has})" in asked
    assert "Priya (away until Wed 4 Mar)" in asked
    assert "anyway" not in asked
    warned = client.post(ALL.format("give"), {"lead": keys, "owner": cast.tom.pk}, headers={"HX-Request": "true"})
    assert warned.status_code == 422
    assert "or say that you mean it" in warned.content.decode()
    assert 'name="anyway"' in warned.content.decode()
    assert Lead.objects.filter(owner=cast.tom).count() == has
    client.post(ALL.format("give"), {"lead": keys, "owner": cast.priya.pk, "anyway": "on"})
    assert Lead.objects.filter(owner=cast.tom).count() == has
    client.post(ALL.format("give"), {"lead": keys, "owner": cast.tom.pk, "anyway": "on"})
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.tom.pk}


def test_too_many_and_nonsense_change_nothing(leads: list[Lead], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.sven)
    assert client.post(ALL.format("pass-on"), {"lead": ["x", "²", "9" * 30]}).status_code == 422
    assert client.get(ALL.format("delete")).status_code == 404
    assert client.post(ALL.format("pass-on"), {"lead": range(1, 300)}).status_code == 409
    assert Offer.objects.count() == 4


def test_others_leads_are_refused_one_by_one(leads: list[Lead], cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.enno).post(ALL.format("accept"), {"lead": [leads[0].pk]}, headers={"HX-Request": "true"})
    assert "No lead accepted: Person 1 (This lead belongs to" in answer.headers["HX-Trigger"]
    assert not Offer.objects.filter(status="accepted").exists()


def test_random_doing_and_undoing_leaves_every_lead_as_it_was(world: World, cast: Cast) -> None:
    join_team(cast.enno, "field")
    dice = random.Random(7)  # noqa: S311  (no secret)
    leads = [world.offered() for _ in range(12)]
    for lead in leads[::2]:
        decisions.accept(lead.pk, by=owner(lead), at=MONDAY + MINUTE)
    now = LATER
    for _ in range(60):
        now += dice.randint(1, 3) * MINUTE
        lead = dice.choice(leads)
        who, before, stage = owner(lead), ticking(lead), lead.stage
        try:
            match dice.choice(["pass", "give", "go"]):
                case "pass":
                    decisions.pass_on(lead.pk, by=cast.sven, at=now)
                case "give":
                    taking.give_to(lead.pk, dice.choice([cast.tom, cast.priya, cast.enno]), by=cast.sven, at=now)
                case _ if stage == "sal":
                    decisions.recycle(lead.pk, reason="not_now", by=cast.sven, at=now)
                case _:
                    decisions.reject(lead.pk, reason="no_contact", by=cast.sven, at=now)
        except AccordError:
            continue
        take_back(lead.pk, by=cast.sven, at=now + MINUTE / 2)
        assert (owner(lead), ticking(lead), lead.stage, lead.ended_at) == (who, before, stage, None)
        assert Attempt.objects.count() == 0
