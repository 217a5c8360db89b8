"""Every address of the server, as anonymous and as every role: nobody gets in by being forgotten here."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.architecture.addresses import ACTIONS, OPEN, PAGES, address, contested, ours, submitted
from tests.server.conftest import AGREEMENT, Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.accounts.models import Leave, Role
from accord.server.agreements.drafting import begin
from accord.server.agreements.services import propose
from accord.server.pipeline.models import Lead

MAY_BE_NOTHING = (
    "import-",
    "backtest",
    "source",
    "message",
    "companies-org",
    "duplicate",
    "calls-",
    "mail-",
    "teams-undo",
    "notice",
    "lead_correct",
    "lead_cancel",
)
"""What there may be none of in a test."""


@pytest.fixture
def lead(world: World) -> Lead:  # noqa: F811
    """A lead that waits for Priya or Tom and that Olga contests; beside it she writes a draft, and a form was sent."""
    begin(by=world.cast.olga, at=datetime.now(UTC), action_id=uuid.uuid4(), text=AGREEMENT.read_text("utf-8"))
    submitted(world.cast.olga)
    offered = world.offered(datetime.now(UTC))
    contested(offered, world.cast.olga)
    if offered.owner is not None:
        away = datetime.now(UTC) + timedelta(days=9)
        Leave.objects.create(user=offered.owner, start=away, end=away + timedelta(days=1))
    return offered


def client_of(role: Role, lead: Lead, cast: Cast) -> Client:  # noqa: F811
    people = {
        Role.MARKETING: cast.mara,
        Role.SALES: lead.owner,
        Role.AGENCY: cast.alma,
        Role.OPERATIONS: cast.olga,
        Role.EXECUTIVE: cast.xenia,
    }
    client = Client()
    client.force_login(people[role])
    return client


def test_every_address_says_here_who_may_use_it() -> None:
    assert ours() == OPEN | set(PAGES) | set(ACTIONS)


def test_anonymous_gets_to_the_sign_in_page_and_nowhere_else(lead: Lead) -> None:
    for name in set(PAGES) | set(ACTIONS):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address(name, lead))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/accounts/login/"), name


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_for_its_roles_alone(lead: Lead, cast: Cast, role: Role) -> None:  # noqa: F811
    client = client_of(role, lead, cast)
    for name, allowed in PAGES.items():
        status = client.get(address(name, lead)).status_code
        if role in allowed:
            assert status in {
                204 if name == "live" else 200,
                302,
                404 if name.startswith(MAY_BE_NOTHING) else 200,
            }, name
        else:
            assert status in {403, 404}, name


@pytest.mark.parametrize("role", Role)
def test_an_action_obeys_its_roles_alone(lead: Lead, cast: Cast, role: Role) -> None:  # noqa: F811
    client = client_of(role, lead, cast)
    for name, allowed in ACTIONS.items():
        assert client.get(address(name, lead)).status_code in {403, 404, 405}, name
        if role not in allowed:
            answer = client.post(address(name, lead), {"action_id": str(uuid.uuid4())})
            assert answer.status_code in {403, 404}, name
    lead.refresh_from_db()
    assert lead.stage == "mql"


def test_an_agency_that_signs_gets_to_what_it_signs_and_to_nothing_else(
    lead: Lead,
    cast: Cast,  # noqa: F811
) -> None:
    """The revision with its clauses; neither drafts nor backtests nor anything else that names leads."""
    asks, signs = "agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}"
    text = AGREEMENT.read_text("utf-8").replace(asks, signs)
    number = propose(text, "b.yaml", reason="They sign", by=cast.olga, at=datetime.now(UTC)).number
    client = client_of(Role.AGENCY, lead, cast)
    for path in ("/agreement/", f"/agreement/{number}/", f"/agreement/{number}/file/"):
        assert client.get(path).status_code == 200, path
    own = {"home", "queue", "agreement", "live", "notices", "notice", "notices-seen"}
    own |= {name for name in ours() if name.startswith("notifications") and name != "notifications-chat-add"}
    for name in set(PAGES) - own:
        assert client.get(address(name, lead)).status_code in {403, 404}, name
    for name in set(ACTIONS) - own:
        answer = client.post(address(name, lead), {"action_id": str(uuid.uuid4())})
        assert answer.status_code in {403, 404}, name
    said = {"action_id": str(uuid.uuid4()), "text": "Why?", "path": ""}
    assert client.post(reverse("comment-revision", args=[number]), said).status_code == 302
    assert client.post(reverse("sign-revision", args=[number])).status_code == 302


def test_a_page_answers_to_head_as_it_does_to_get_without_its_body(lead: Lead, cast: Cast) -> None:  # noqa: F811
    """What asks with HEAD is a link checker, a proxy or a mail program that looks before it opens."""
    client = client_of(Role.OPERATIONS, lead, cast)
    for name, allowed in PAGES.items():
        if Role.OPERATIONS in allowed:
            asked = client.get(address(name, lead))
            head = client.head(address(name, lead))
            assert head.status_code == asked.status_code, name
            assert head.getvalue() == b"", name


def test_no_action_works_without_its_token(lead: Lead) -> None:
    client = Client(enforce_csrf_checks=True)
    assert lead.owner is not None
    client.force_login(lead.owner)
    for name in ACTIONS:
        assert client.post(address(name, lead)).status_code == 403, name
    lead.refresh_from_db()
    assert lead.stage == "mql"


def test_every_answer_carries_the_strict_policies(lead: Lead) -> None:
    client = Client()
    assert lead.owner is not None
    client.force_login(lead.owner)
    for name in ("queue", "lead", "leads", "scoreboard", "agreement"):
        headers = client.get(address(name, lead)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
