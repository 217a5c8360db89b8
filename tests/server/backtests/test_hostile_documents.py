"""Documents with names that the tables of a backtest, or the engine under it, might take for something of their own."""

from datetime import date

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.server.agreements.models import Revision
from accord.server.backtests.models import Backtest, BacktestPerson
from accord.server.backtests.services import Wish, ask, run_waiting
from accord.server.people.services import record_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)
"""A snapshot is taken through a connection of its own, which sees only what is committed."""

TEXT = AGREEMENT.read_text(encoding="utf-8")
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)


def tried(world: World, text: str) -> Backtest:
    asked = ask(Wish(text, "draft.yaml", None, Revision.objects.get(), FIRST, LAST), by=world.cast.olga, at=MONDAY)
    run_waiting()
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize(
    "name",
    [
        "event",
        "person_id",
        "touchpoint_id",
        "at_us",
        "form text",
        "text",
        "Form",
        'it\'s "quoted" %s {here} :there \\',
        "a line\tof its own",
        "p" * 64,
        "é" * 40,
        "a, b",
        "x; DROP TABLE people",
    ],
)
def test_a_property_may_have_any_name(world: World, name: str) -> None:
    lead = world.lead()
    record_touchpoint(lead.person, "form_submitted", at=MONDAY, message_id="m", properties={name: "demo"})
    quoted = "'" + name.replace("'", "''") + "'"
    asked = tried(world, TEXT.replace("{property: form, is: demo}", f"{{property: {quoted}, is: demo}}"))
    assert asked.error == ""
    assert [row.draft_at for row in BacktestPerson.objects.filter(backtest=asked)] == [MONDAY]


def test_properties_that_differ_in_upper_and_lower_case_are_two(world: World) -> None:
    both, one = world.lead(), world.lead()
    world.happens(both, "form_submitted", form="demo", Form="yes")
    world.happens(one, "form_submitted", form="demo", Form="no")
    asked = tried(
        world,
        TEXT.replace("{property: form, is: demo}", "{property: form, is: demo}, {property: Form, is: yes}"),
    )
    assert asked.error == ""
    assert [row.person_id for row in BacktestPerson.objects.filter(backtest=asked, draft_at=MONDAY)] == [both.person_id]
