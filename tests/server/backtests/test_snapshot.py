"""What a backtest reads: every value from the instant at which it was known, and every touchpoint with its keys."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.agreement import load
from accord.rules import microseconds
from accord.server.handoffs.decisions import fill_in
from accord.server.people.models import Company, HistoryStart
from accord.server.people.services import record_touchpoint
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import end, reopen

pytestmark = pytest.mark.django_db(transaction=True)
"""A snapshot is taken through a connection of its own, which sees only what is committed."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Taken = Callable[..., Any]


def us(at: datetime) -> int:
    return microseconds(at)


def known(taken: Taken, field: str) -> list[tuple[Any, ...]]:
    engine, _ = taken()
    asked = (
        "SELECT subject_id, at_us, text, number, exact FROM field_changes WHERE field = ? ORDER BY subject_id, at_us"
    )
    with engine:
        return list(engine.connection.execute(asked, [field]).fetchall())


def test_a_value_that_never_changed_is_known_since_somebody_entered(world: World, taken: Taken) -> None:
    company = world.lead(employees=200).person.company
    assert company is not None
    assert known(taken, "company.employees") == [(company.pk, us(MONDAY), None, Decimal(200), True)]


def test_a_change_counts_from_its_instant_on_and_what_was_before_until_then(world: World, taken: Taken) -> None:
    lead = world.lead(employees=200)
    fill_in(lead.pk, {"company.employees": "5000"}, by=world.cast.mara, at=MONDAY + HOUR)
    fill_in(lead.pk, {"company.employees": ""}, by=world.cast.mara, at=MONDAY + DAY)
    assert [row[1:] for row in known(taken, "company.employees")] == [
        (us(MONDAY), None, Decimal(200), True),
        (us(MONDAY + HOUR), None, Decimal(5000), True),
        (us(MONDAY + DAY), None, None, True),
    ]


def test_what_was_not_known_at_first_has_no_value_before_its_change(world: World, taken: Taken) -> None:
    lead = world.lead(phone="")
    fill_in(lead.pk, {"person.phone": "+49 1"}, by=world.cast.mara, at=MONDAY + HOUR)
    assert known(taken, "person.phone") == [(lead.person_id, us(MONDAY + HOUR), "+49 1", None, True)]


def test_of_two_changes_at_one_instant_the_last_counts(world: World, taken: Taken) -> None:
    lead = world.lead(employees=200)
    for value in ("300", "400"):
        fill_in(lead.pk, {"company.employees": value}, by=world.cast.mara, at=MONDAY)
    assert [row[1:] for row in known(taken, "company.employees")] == [(us(MONDAY), None, Decimal(400), True)]


def test_what_was_here_before_the_history_is_known_inexactly(world: World, taken: Taken) -> None:
    first = world.lead(employees=200).person.company
    assert first is not None
    HistoryStart.objects.create(subject="company", last_before=first.pk)
    world.lead(employees=300)
    assert [row[3:] for row in known(taken, "company.employees")] == [(Decimal(200), False), (Decimal(300), True)]


def test_what_an_import_tells_of_the_past_counts_since_the_first_contact_inexactly(world: World, taken: Taken) -> None:
    lead = world.lead(employees=200)
    Lead.objects.filter(pk=lead.pk).update(first_contact_at=MONDAY - 30 * DAY)
    assert [row[1:] for row in known(taken, "company.employees")] == [
        (us(MONDAY - 30 * DAY), None, Decimal(200), False)
    ]


def test_a_second_cycle_takes_its_fields_along_from_its_beginning_on(world: World, taken: Taken) -> None:
    lead = world.lead()
    fill_in(lead.pk, {"lead.budget": "Approved".lower()}, by=world.cast.olga, at=MONDAY + HOUR)
    lead.refresh_from_db()
    end(lead, "recycled", at=MONDAY + DAY, decided_by="user", reason="not_now")  # type: ignore[arg-type]
    again = reopen(lead, at=MONDAY + 2 * DAY, reason="It is time")
    assert again is not None
    assert known(taken, "lead.budget") == [
        (lead.pk, us(MONDAY + HOUR), "approved", None, True),
        (again.pk, us(MONDAY + 2 * DAY), "approved", None, True),
    ]


def test_a_value_that_is_not_of_the_declared_type_is_missing(world: World, taken: Taken) -> None:
    company = world.lead(employees=200).person.company
    assert company is not None
    Company.objects.filter(pk=company.pk).update(fields={"employees": "many"})
    assert [row[2:4] for row in known(taken, "company.employees")] == [(None, None)]


def test_touchpoints_carry_the_keys_of_the_properties_that_rules_read(world: World, taken: Taken) -> None:
    lead = world.lead()
    for value in (" Démo\n", 7, 0.1, True, None, "", [1], 'a,"b"'):
        world.happens(lead, "form_submitted", form=value, other="unread")
    world.happens(lead, "unheard_of", form="demo")
    engine, snapshot = taken()
    with engine:
        found = engine.connection.execute(
            'SELECT event, at_us, "form text", "form number" FROM touchpoints ORDER BY touchpoint_id'
        ).fetchall()
    assert found == [
        ("form_submitted", us(MONDAY), text, number)
        for text, number in [
            ("démo", None),
            (None, Decimal(7)),
            (None, Decimal("0.1")),
            ("true", None),
            (None, None),
            (None, None),
            (None, None),
            ('a,"b"', None),
        ]
    ]
    assert snapshot.rows["touchpoints"] == 8


def test_every_event_comes_along_where_a_rule_asks_for_anything(world: World, taken: Taken) -> None:
    text = AGREEMENT.read_text(encoding="utf-8")
    asked = "event: form_submitted\n    where: [{property: form, is: demo}]"
    assert asked in text
    anything = load(text.replace(asked, "event: anything"), "agreement.yaml").agreement
    lead = world.lead()
    world.happens(lead, "unheard_of")
    engine, _ = taken(anything)
    with engine:
        assert engine.connection.execute("SELECT event FROM touchpoints").fetchall() == [("unheard_of",)]


def test_the_tables_of_the_star_come_along_as_they_are(world: World, taken: Taken) -> None:
    lead = world.offered(phone="+49 1")
    Lead.objects.filter(pk=lead.pk).update(source='a\nsource, with "everything"')
    engine, snapshot = taken()
    with engine:
        leads = engine.connection.execute("SELECT lead_id, source, handed_over_us, ended_us FROM leads").fetchall()
        offers = engine.connection.execute("SELECT lead_id, revision, status, reject_reason FROM offers").fetchall()
        people = engine.connection.execute("SELECT person_id, company_id, known_us FROM people").fetchall()
    assert leads == [(lead.pk, 'a\nsource, with "everything"', us(MONDAY), None)]
    assert offers == [(lead.pk, 1, "open", "")]
    assert people == [(lead.person_id, lead.person.company_id, us(MONDAY))]
    assert snapshot.rows["deals"] == 0


def test_nothing_is_left_behind_in_the_folder(world: World, taken: Taken, tmp_path: Any) -> None:
    world.lead()
    taken()[0].close()
    assert not list(tmp_path.glob("*.csv"))


def test_colleagues_without_a_lead_come_along_with_what_they_did(world: World, taken: Taken) -> None:
    colleague, nobody = world.person(), world.person()
    record_touchpoint(colleague, "webinar_attended", at=MONDAY, message_id="x")
    engine, _ = taken()
    with engine:
        people = engine.connection.execute("SELECT person_id, known_us FROM people").fetchall()
        touchpoints = engine.connection.execute("SELECT person_id FROM touchpoints").fetchall()
    assert people == [(colleague.pk, None)]
    assert touchpoints == [(colleague.pk,)]
    assert nobody.pk not in {row[0] for row in people}
