"""What a field was before: written down by whoever changes it, and never changed afterwards."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import MONDAY, World

from accord.server.handoffs.columns import FieldError
from accord.server.handoffs.decisions import fill_in
from accord.server.people.models import FieldChange

HOUR = timedelta(hours=1)


def test_every_value_that_somebody_fills_in_is_written_down_with_what_was_there_before(world: World) -> None:
    lead = world.lead(employees=200)
    company = lead.person.company
    assert company is not None
    fill_in(lead.pk, {"company.employees": "5000"}, by=world.cast.mara, at=MONDAY + HOUR)
    fill_in(lead.pk, {"company.employees": ""}, by=world.cast.olga, at=MONDAY + 2 * HOUR)
    found = FieldChange.objects.values_list("subject", "subject_id", "field", "before", "after", "at", "user__name")
    assert list(found) == [
        ("company", company.pk, "company.employees", 200, 5000, MONDAY + HOUR, "Mara"),
        ("company", company.pk, "company.employees", 5000, None, MONDAY + 2 * HOUR, "Olga"),
    ]


def test_a_field_with_a_column_of_its_own_is_written_down_as_it_is_stored(world: World) -> None:
    lead = world.lead(phone="")
    fill_in(lead.pk, {"person.phone": "+49 1", "lead.budget": "planned"}, by=world.cast.olga, at=MONDAY)
    found = FieldChange.objects.values_list("subject", "subject_id", "field", "before", "after").order_by("field")
    assert list(found) == [
        ("lead", lead.pk, "lead.budget", None, "planned"),
        ("person", lead.person_id, "person.phone", None, "+49 1"),
    ]


def test_a_value_that_stays_the_same_or_is_refused_leaves_no_trace(world: World) -> None:
    lead, other = world.lead(employees=200), world.lead()
    fill_in(lead.pk, {"company.employees": "200", "lead.budget": ""}, by=world.cast.olga, at=MONDAY)
    with pytest.raises(FieldError):
        fill_in(lead.pk, {"lead.budget": "planned", "person.email": other.person.email}, by=world.cast.olga, at=MONDAY)
    assert not FieldChange.objects.exists()


def test_the_history_can_only_be_added_to(world: World) -> None:
    fill_in(world.lead().pk, {"lead.budget": "planned"}, by=world.cast.olga, at=MONDAY)
    for change in (lambda rows: rows.update(after="approved"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="can only be added to"), transaction.atomic():
            change(FieldChange.objects.all())
    assert FieldChange.objects.get().after == "planned"
