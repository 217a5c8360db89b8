"""The star over the operational tables keeps to the contract, and gives the numbers of a copy of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.insight.conftest import HELD, DuckDB
from tests.server.conftest import MONDAY, World

from accord.insight import STAR, Type, names, query
from accord.rules import microseconds
from accord.server.channels.models import Cost
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt
from accord.server.people.models import Person, Visit, Visitor
from accord.server.pipeline.models import Deal
from accord.server.warehouse.star import star

OIDS = {Type.BIGINT: 20, Type.TEXT: 25, Type.BOOLEAN: 16}


@pytest.mark.parametrize("name", HELD)
def test_a_table_has_the_columns_of_the_contract_in_its_types(db: None, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(star()[name].sql(dialect="postgres", identify=True))
        found = [(column.name, column.type_code) for column in cursor.description]
    assert found == [(column.name, OIDS[column.type]) for column in STAR[name].columns]


def test_instants_are_exact_to_the_microsecond(world: World) -> None:
    odd = MONDAY + timedelta(microseconds=1)
    world.lead(at=odd)
    with connection.cursor() as cursor:
        cursor.execute(star()["leads"].sql(dialect="postgres", identify=True))
        columns = [column.name for column in cursor.description]
        row = dict(zip(columns, cursor.fetchone(), strict=True))
    assert (row["opened_us"], row["handed_over_us"], row["source"]) == (microseconds(odd), None, "referral")


def test_every_question_answers_alike_in_place_and_from_a_copy_in_duckdb(world: World) -> None:
    accepted, rejected, waiting = world.offered(), world.offered(), world.demo_request()
    world.lead()
    decisions.accept(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=5))
    called = {"channel": Attempt.Channel.CALL, "outcome": Attempt.Outcome.REACHED, "action_id": uuid4()}
    decisions.log_attempt(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=7), **called)
    decisions.start_deal(accepted.pk, amount=None, by=accepted.owner, at=MONDAY + timedelta(minutes=9))
    decisions.win(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(days=3))
    Person.objects.filter(pk=accepted.person_id).update(company=rejected.person.company)
    Deal.objects.update(amount="90.00", list_amount="100.00")
    closed = {"opened_at": MONDAY, "closed_at": MONDAY + timedelta(days=4)}
    Deal.objects.create(
        lead=accepted, name="Lost", currency="EUR", outcome="lost", company=accepted.person.company, **closed
    )
    decisions.reject(rejected.pk, reason="not_now", by=rejected.owner, at=MONDAY + timedelta(minutes=6))
    assert waiting.owner is not None
    at = MONDAY - timedelta(days=1)
    Cost.objects.create(day=MONDAY.date(), source="google", currency="EUR", amount="12.50", stated_at=MONDAY)
    visitor = Visitor.objects.create(anonymous_id="v", person=accepted.person, first_seen_at=at, last_seen_at=at)
    Visit.objects.create(visitor=visitor, started_at=at, last_at=at, channel="Referral", inbound=True)
    copy = {}
    with connection.cursor() as cursor:
        for name in HELD:
            cursor.execute(star()[name].sql(dialect="postgres", identify=True))
            columns = [column.name for column in cursor.description]
            copy[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    engine = DuckDB()
    given = {
        "from_us": microseconds(MONDAY - timedelta(days=9)),
        "to_us": microseconds(MONDAY + timedelta(days=30)),
        "now_us": microseconds(MONDAY + timedelta(days=20)),
        "stage": "mql",
        "currency": "EUR",
        "silence_us": 14 * 86_400_000_000,
        "team": "",
        "scope": "company",
        "lookback_us": 2**61,
        "base": "mql",
        "cycle": 0,
        "first": "mql",
        "second": "sal",
        "early_us": microseconds(MONDAY),
        "young_us": microseconds(MONDAY),
    }

    empty = []
    for name in names():
        question = query(name)
        asked = {key: given[key] for key in question.parameters}
        with connection.cursor() as cursor:
            cursor.execute(question.render("postgres", star()), asked)
            in_place = sorted(cursor.fetchall(), key=repr)
        assert in_place == engine.ask(question, copy, **asked), name
        empty += [name] if not in_place else []
    assert not empty
