"""Who contests what, what is frozen then, and who is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from tests.server.conftest import MONDAY, Cast, World
from tests.server.disputes.conftest import NOON, TUESDAY, Contest

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry
from accord.server.calls.models import Call
from accord.server.disputes.models import Dispute, Evidence, Statement
from accord.server.disputes.notices import still_wanted
from accord.server.disputes.opening import DisputeError, contest, say
from accord.server.disputes.ruling import withdraw
from accord.server.handoffs.decisions import accept, log_attempt
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.notifications.models import Notification
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Source

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("user__name", flat=True))


def test_sales_contests_an_mql_and_marketing_and_the_arbiter_are_told(
    rejected: Lead, disputed: Contest, cast: Cast
) -> None:
    made = disputed(rejected)
    offer = Offer.objects.get(lead=rejected)
    assert (made.state, made.side, made.offer, made.contested_at) == ("open", "sales", offer, MONDAY)
    assert [(each.by, each.role, each.text) for each in made.statements.all()] == [
        (cast.sven, "sales", "They have two people")
    ]
    assert told("dispute.opened") == ["Mara", "Olga"], "Mara signed for marketing"
    entry = AuditEntry.objects.get(action="dispute.opened")
    assert (entry.actor, entry.subject, entry.details) == (
        cast.sven,
        f"dispute:{made.pk}",
        {"lead": rejected.pk, "kind": "no_mql"},
    )
    notice = Notification.objects.filter(kind="dispute.opened").first()
    assert notice is not None
    assert still_wanted(notice)
    withdraw(made.pk, "A slip", by=cast.sven, at=TUESDAY)
    assert not still_wanted(notice), "a mail that has not left need not"


def test_marketing_contests_a_rejection_and_the_manager_of_the_team_is_told(rejected: Lead, disputed: Contest) -> None:
    made = disputed(rejected, "wrong_rejection")
    assert (made.side, made.contested_at) == ("marketing", NOON)
    assert told("dispute.opened") == ["Olga", "Sven"]


def test_only_its_side_contests_a_decision(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    for kind, outsiders in {
        "no_mql": (cast.mara, cast.xenia, cast.alma),
        "wrong_rejection": (cast.sven, cast.xenia, cast.alma),
        "nobody_called": (cast.tom, cast.xenia, cast.alma),
    }.items():
        for user in outsiders:
            with pytest.raises(AccessError):
                disputed(rejected, kind, user)
    assert disputed(rejected, "wrong_rejection", cast.olga).opened_by == cast.olga


def test_only_what_was_decided_is_contested(world: World, disputed: Contest) -> None:
    waiting = world.lead()
    for kind in Dispute.Kind:
        with pytest.raises(DisputeError, match="nothing has been decided"):
            disputed(waiting, kind)
    offered = world.offered()
    with pytest.raises(DisputeError, match="nothing has been decided"):
        disputed(offered, "wrong_rejection", at=MONDAY)
    with pytest.raises(DisputeError, match="nothing has been decided"):
        disputed(offered, "nobody_called", at=MONDAY + timedelta(minutes=1))
    assert disputed(offered, "no_mql", at=MONDAY)


def test_that_nobody_called_is_contested_once_the_first_attempt_was_due(world: World, disputed: Contest) -> None:
    lead = world.offered()
    clock = Clock.objects.get(offer__lead=lead, promise="first_attempt")
    with pytest.raises(DisputeError):
        disputed(lead, "nobody_called", at=clock.due_at - timedelta(seconds=1))
    assert disputed(lead, "nobody_called", at=clock.due_at).contested_at == clock.due_at


def test_one_dispute_of_a_kind_at_a_time(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    first = disputed(rejected)
    with pytest.raises(DisputeError, match="contested already"):
        disputed(rejected, by=cast.olga)
    disputed(rejected, "wrong_rejection")
    withdraw(first.pk, "A slip", by=cast.sven, at=TUESDAY)
    assert disputed(rejected).pk != first.pk


def test_a_form_sent_twice_contests_and_says_once(rejected: Lead, cast: Cast) -> None:
    action = uuid4()
    one, other = (
        contest(rejected.pk, Dispute.Kind.NO_MQL, "So it is", action_id=action, by=cast.tom, at=TUESDAY)
        for _ in range(2)
    )
    assert one == other
    again = uuid4()
    for _ in range(2):
        say(one.pk, "It is not", action_id=again, by=cast.mara, at=TUESDAY)
    assert list(one.statements.values_list("text", flat=True)) == ["So it is", "It is not"]


def test_it_takes_words_and_a_role(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    for text, code in ((" \x00 ", "dispute.says_nothing"), ("x" * 5001, "dispute.too_long")):
        with pytest.raises(DisputeError) as error:
            say(made.pk, text, action_id=uuid4(), by=cast.mara, at=TUESDAY)
        assert error.value.code == code
    with pytest.raises(AccessError):
        say(made.pk, "Well", action_id=uuid4(), by=cast.xenia, at=TUESDAY)
    with pytest.raises(DisputeError, match="no such"):
        say(made.pk + 1, "Well", action_id=uuid4(), by=cast.mara, at=TUESDAY)


def test_the_evidence_says_what_held_what_happened_and_who_owed_what(world: World, disputed: Contest) -> None:
    lead = world.offered()
    assert lead.owner is not None
    source = Source.objects.create(name="Switchboard", kind="call", created_at=MONDAY)
    Call.objects.create(
        source=source, key="1", direction="out", status="no_answer", started_at=NOON, seconds=20, person=lead.person,
        agent=lead.owner,
    )  # fmt: skip
    log_attempt(
        lead.pk, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.NO_ANSWER, note="Rang out", action_id=uuid4(),
        by=lead.owner, at=NOON,
    )  # fmt: skip
    pack = disputed(lead).evidence.pack
    assert (pack["revision"], pack["zone"], pack["criteria_at"]) == (1, "Europe/Berlin", MONDAY.isoformat())
    held = {each["name"]: (each["held"], each["found"]) for each in pack["criteria"]}
    assert held["right_company"][0] is True
    assert "200" in held["right_company"][1]
    assert held["big_company"][0] is False
    said = [(each["kind"], each["says"]) for each in pack["happened"]]
    assert [each["at"] for each in pack["happened"]] == sorted(each["at"] for each in pack["happened"])
    assert ("touchpoints", "Webinar attended") in said
    assert ("attempts", f"Call by {lead.owner.name}: no answer") in said
    assert ("calls", f"{lead.owner.name} called them: no answer") in said
    offered = next(each for each in pack["happened"] if each["says"] == f"Offered to {lead.owner.name}")
    assert offered["why"], "who was considered, and why"
    promised = {each["promise"]: (each["outcome"], each["stopped"]) for each in pack["promised"]}
    assert promised["First attempt"] == ("Kept", NOON.isoformat())
    assert promised["Accept or reject"][0] == "Still running"


def test_the_reason_and_the_note_of_a_rejection_are_in_the_evidence(rejected: Lead, disputed: Contest) -> None:
    pack = disputed(rejected, "wrong_rejection").evidence.pack
    assert pack["criteria_at"] == NOON.isoformat()
    decided = next(each for each in pack["happened"] if each["says"].startswith("Rejected by"))
    assert decided["says"].endswith("Company too small or too large")
    assert decided["note"] == "Two people in a garage"


def test_evidence_stays_as_it_was_whatever_becomes_of_the_data(world: World, disputed: Contest) -> None:
    lead = world.offered()
    made = disputed(lead)
    before = Evidence.objects.get(dispute=made).pack
    lead.person.company.fields = {"employees": 2}  # type: ignore[union-attr]
    lead.person.company.save()  # type: ignore[union-attr]
    Touchpoint.objects.filter(person=lead.person).delete()
    accept(lead.pk, by=lead.owner, at=TUESDAY)  # type: ignore[arg-type]
    assert Evidence.objects.get(dispute=made).pack == before


def test_touchpoints_after_the_decision_are_left_out(world: World, disputed: Contest) -> None:
    lead = world.offered()
    world.happens(lead, "pricing_page_viewed", NOON)
    kinds = [each["says"] for each in disputed(lead).evidence.pack["happened"] if each["kind"] == "touchpoints"]
    assert kinds == ["Webinar attended"]


@pytest.mark.parametrize("table", ["evidence", "statement", "ruling"])
def test_the_database_refuses_to_change_what_was_said(
    rejected: Lead, disputed: Contest, cast: Cast, table: str
) -> None:
    made = disputed(rejected)
    withdraw(made.pk, "A slip", by=cast.sven, at=TUESDAY)
    for change in (f"UPDATE disputes_{table} SET at = now()", f"DELETE FROM disputes_{table}"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="only be added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    assert Statement.objects.count() == 1
