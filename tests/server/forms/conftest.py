"""A form on the website of Test Works, and visitors who fill it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.server.conftest import MONDAY, Cast
from tests.server.intake.conftest import FIREFOX

from accord.server.agreements.models import Revision
from accord.server.forms.editing import Draft, create
from accord.server.forms.fields import ConsentBox, FormField, Kind
from accord.server.forms.models import Form, Submission
from accord.server.intake.taking import take_in

DEMO = Draft(
    name="Demo request",
    event="demo",
    fields=(
        FormField("name", "Name", required=True, fills="person.name"),
        FormField("email", "E-mail", Kind.EMAIL, required=True, fills="person.email"),
        FormField("company", "Company", fills="company.name"),
        FormField("staff", "Staff", fills="company.employees"),
        FormField("budget", "Budget", Kind.SELECT, fills="lead.budget", options=(("planned", "Next year"),)),
        FormField("note", "Message", Kind.TEXTAREA),
    ),
    boxes=(ConsentBox("newsletter", "Write to me once a month."),),
)
ADA = {"name": "Ada Lovelace", "email": "Ada@analytical.example", "company": "Analytical Engines"}


@dataclass
class Visitor:
    """Posts as a browser does, from one address."""

    form: Form
    address: str = "198.51.100.23"

    def post(self, sent: Mapping[str, str] | bytes = ADA, **more: Any) -> HttpResponse:
        headers = {"user-agent": FIREFOX, "accept": "text/html", **more.pop("headers", {})}
        path = f"/f/{self.form.key}"
        return Client().post(path, sent, headers=headers, REMOTE_ADDR=more.pop("address", self.address), **more)  # type: ignore[return-value]

    def last(self) -> Submission:
        return Submission.objects.latest("pk")


@pytest.fixture
def form(revision: Revision, cast: Cast) -> Form:
    return create(DEMO, by=cast.mara, at=MONDAY)


@pytest.fixture
def visitor(form: Form) -> Visitor:
    return Visitor(form)


def take() -> None:
    """Have intake take in what is in the log."""
    take_in()
