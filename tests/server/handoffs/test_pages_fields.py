"""Filling in what was learnt about a lead, on its page: by whose right, and with what was typed kept."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.urls import reverse
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import SignIn

from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.pipeline.models import Lead

HTMX = {"HX-Request": "true"}


def owner_of(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


@pytest.fixture
def accepted(world: World) -> Lead:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner_of(lead), at=MONDAY)
    lead.refresh_from_db()
    return lead


@pytest.fixture
def fill(sign_in: SignIn) -> Callable[..., HttpResponse]:
    def filled(user: User, lead: Lead, field: str, value: str, *, htmx: bool = True) -> HttpResponse:
        data, headers = {"field": field, "value": value}, HTMX if htmx else {}
        return sign_in(user).post(reverse("lead_fields", args=[lead.pk]), data, headers=headers)  # type: ignore[return-value]

    return filled


def test_a_field_is_saved_where_it_stands_and_the_explanation_follows(
    accepted: Lead, fill: Callable[..., HttpResponse]
) -> None:
    answer = fill(owner_of(accepted), accepted, "lead.budget", "approved")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Everything holds" in page
    assert 'id="lead-why"' in page
    assert re.search(r'value="approved" selected', page)
    accepted.refresh_from_db()
    assert accepted.fields == {"budget": "approved"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("company.employees", "many"), ("person.email", "not an address"), ("lead.budget", "x")],
)
def test_a_value_that_does_not_fit_stays_in_its_input_with_the_reason(
    accepted: Lead, cast: Cast, fill: Callable[..., HttpResponse], field: str, value: str
) -> None:
    answer = fill(cast.olga, accepted, field, value)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "does not fit" in page
    assert 'role="alert"' in page
    if field != "lead.budget":
        assert f'value="{value}"' in page


def test_an_address_is_never_given_to_two(world: World, cast: Cast, fill: Callable[..., HttpResponse]) -> None:
    one, two = world.offered(), world.offered()
    assert fill(cast.mara, one, "person.email", two.person.email.upper()).status_code == 422
    assert fill(cast.mara, one, "person.email", "New@C1.example").status_code == 200
    one.person.refresh_from_db()
    assert (one.person.email, one.person.email_key) == ("New@C1.example", "new@c1.example")


@pytest.mark.parametrize(
    ("who", "field", "status"),
    [
        ("owner", "lead.budget", 200),
        ("owner", "company.employees", 403),
        ("mara", "company.employees", 200),
        ("mara", "lead.budget", 403),
        ("olga", "lead.budget", 200),
        ("sven", "lead.budget", 200),
        ("enno", "lead.budget", 403),
        ("xenia", "lead.budget", 403),
        ("alma", "lead.budget", 403),
    ],
)
def test_each_field_is_filled_in_by_its_owner_alone(
    accepted: Lead, cast: Cast, fill: Callable[..., HttpResponse], who: str, field: str, status: int
) -> None:
    user = owner_of(accepted) if who == "owner" else getattr(cast, who)
    assert fill(user, accepted, field, "approved" if field == "lead.budget" else "80").status_code == status


def test_an_unknown_field_is_refused(accepted: Lead, fill: Callable[..., HttpResponse]) -> None:
    assert fill(owner_of(accepted), accepted, "lead.shoe_size", "44").status_code == 400


def test_fields_are_filled_in_without_javascript_too(accepted: Lead, sign_in: SignIn) -> None:
    client = sign_in(owner_of(accepted))
    address = reverse("lead_fields", args=[accepted.pk])
    saved = client.post(address, {"field": "lead.budget", "value": "approved"}, follow=True)
    assert "Saved." in saved.content.decode()
    refused = client.post(address, {"field": "lead.budget", "value": "nonsense"}, follow=True)
    assert "does not fit" in refused.content.decode()
    accepted.refresh_from_db()
    assert accepted.fields == {"budget": "approved"}
