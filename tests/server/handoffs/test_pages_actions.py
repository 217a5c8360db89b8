"""What sales does from the pages: each verb as every role, twice, too late, and with what was typed kept."""

import json
import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt, Offer
from accord.server.pipeline.models import Deal, Lead, StageChange

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/queue/"}
VERBS = (
    "accept",
    "take",
    "take_back",
    "pass_on",
    "qualify",
    "win",
    "log",
    "reject",
    "recycle",
    "lose",
    "deal",
)
FORMS = ("log", "reject", "recycle", "lose", "deal")


def address(lead: Lead, verb: str) -> str:
    return reverse(f"lead_{verb}", args=[lead.pk])


def owner_of(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def other_than(owner: User, cast: Cast) -> User:
    return cast.tom if owner == cast.priya else cast.priya


def send(client: Client, lead: Lead, verb: str, *, htmx: bool = True, **data: str) -> HttpResponse:
    headers = HTMX if htmx else {}
    return client.post(address(lead, verb), {"from": "queue", **data}, headers=headers)  # type: ignore[return-value]


def toast_of(answer: HttpResponse) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["toast"]["items"][0]["text"])


@pytest.fixture
def accepted(world: World) -> Lead:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner_of(lead), at=MONDAY)
    lead.refresh_from_db()
    return lead


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_nobody_does_anything_before_they_sign_in(verb: str) -> None:
    answer = Client().post(f"/leads/1/{verb.replace('_', '-')}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["alma", "xenia", "mara"])
@pytest.mark.parametrize("verb", VERBS)
def test_only_sales_and_operations_decide(world: World, cast: Cast, sign_in: SignIn, verb: str, who: str) -> None:
    """Lesson 28."""
    lead = world.offered()
    before = Lead.objects.filter(pk=lead.pk).values().get()
    client = sign_in(getattr(cast, who))
    for htmx in (True, False):
        answer = send(client, lead, verb, htmx=htmx)
        assert answer.status_code == 403
        assert "Your role does not allow you" in answer.content.decode()
        assert str(lead.person) not in answer.content.decode()
    assert Lead.objects.filter(pk=lead.pk).values().get() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_colleague_is_told_whose_lead_it_is(world: World, cast: Cast, sign_in: SignIn, verb: str) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    client = sign_in(other_than(owner, cast))
    data = {"reason": "not_now", "tried": "reached", "action_id": str(uuid4()), "offer": str(lead.offers.get().pk)}
    answer = send(client, lead, verb, **data)
    assert answer.status_code == 403
    assert owner.name in answer.content.decode() or "not yours" in answer.content.decode()
    assert Offer.objects.get(lead=lead).status == "open"
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("verb", FORMS)
def test_a_colleague_does_not_even_get_the_form(world: World, cast: Cast, sign_in: SignIn, verb: str) -> None:
    lead = world.offered()
    client = sign_in(other_than(owner_of(lead), cast))
    assert client.get(address(lead, verb)).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_a_lead_that_does_not_exist_is_not_found(revision: object, cast: Cast, sign_in: SignIn, verb: str) -> None:
    data = {"reason": "not_now", "tried": "reached", "action_id": str(uuid4())}
    answer = sign_in(cast.olga).post(f"/leads/999/{verb.replace('_', '-')}/", data, headers=HTMX)
    assert answer.status_code == 404


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in FORMS])
def test_looking_never_changes_anything(world: World, sign_in: SignIn, verb: str) -> None:
    lead = world.offered()
    assert sign_in(owner_of(lead)).get(address(lead, verb)).status_code == 405


def test_a_form_from_elsewhere_is_refused(world: World, cast: Cast, present: Present) -> None:
    lead = world.offered()
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner_of(lead))
    assert client.post(address(lead, "accept")).status_code == 403
    assert Offer.objects.get(lead=lead).status == "open"


def test_accepting_updates_the_row_the_counts_and_says_what_is_next(
    world: World, sign_in: SignIn, present: Present
) -> None:
    lead = world.demo_request()
    client = sign_in(owner_of(lead))
    answer = send(client, lead, "accept")
    page = answer.content.decode()
    assert f'id="lead-{lead.pk}"' in page
    assert "New offers <span" in page.replace('"count"', '"count"')
    assert 'hx-swap-oob="true"' in page
    assert toast_of(answer) == f"Accepted. Next: call {lead.person} before 10:15."
    assert json.loads(answer.headers["HX-Trigger"])["badge"]["items"][0] == {"name": "queue", "count": 1}
    lead.refresh_from_db()
    assert lead.stage == "sal"


def test_a_second_click_on_accept_says_the_same_again(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    first, second = send(client, lead, "accept"), send(client, lead, "accept")
    assert (first.status_code, second.status_code) == (200, 200)
    assert toast_of(first) == toast_of(second)
    assert StageChange.objects.filter(lead=lead, to_stage="sal").count() == 1


def test_without_javascript_a_verb_leads_back_with_a_message(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    answer = client.post(address(lead, "accept"), {"from": "lead"}, follow=True)
    assert answer.redirect_chain == [(reverse("lead", args=[lead.pk]), 302)]
    assert "Accepted. Next:" in answer.content.decode()


def test_a_known_error_is_a_sentence_and_the_list_reads_itself_anew(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner_of(lead), at=MONDAY)
    client = sign_in(cast.sven)
    answer = send(client, lead, "accept")
    assert answer.status_code == 409
    assert toast_of(answer).startswith("Accepted by ")
    assert "queue-stale" in json.loads(answer.headers["HX-Trigger"])
    plain = client.post(address(lead, "accept"), {"from": "lead"}, follow=True)
    assert "Accepted by " in plain.content.decode()


def test_the_reject_dialog_says_what_follows_from_each_reason(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    page = sign_in(owner_of(lead)).get(address(lead, "reject"), headers=HTMX).content.decode()
    assert "<html" not in page
    assert re.search(r"Company too small or too large</strong><span class=\"late\">Out for good", page)
    assert "To marketing, comes back in 90 days, or sooner when “Asked for a demo this week” holds" in page
    assert "To the agency" in page


def test_the_reject_form_is_a_page_of_its_own_without_javascript(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    page = client.get(address(lead, "reject")).content.decode()
    assert "<html" in page
    answer = client.post(address(lead, "reject"), {"reason": "not_now", "note": "later"}, follow=True)
    assert "Rejected: Bad timing" in answer.content.decode()


def test_the_answer_to_what_opened_a_dialog_looks_for_no_other_target(world: World, sign_in: SignIn) -> None:
    """What was pressed may have been exchanged meanwhile, and finds none then."""
    lead = world.offered()
    asked = sign_in(owner_of(lead)).get(address(lead, "reject"), HTTP_HX_REQUEST="true")
    assert asked.status_code == 200
    assert "HX-Retarget" not in asked.headers


@pytest.mark.parametrize("reason", ["", "nonsense"])
def test_a_rejection_without_an_agreed_reason_keeps_the_note(world: World, sign_in: SignIn, reason: str) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    answer = send(client, lead, "reject", reason=reason, note="They moved & left")
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#act"
    assert "They moved &amp; left" in answer.content.decode()
    assert Offer.objects.get(lead=lead).status == "open"


def test_a_rejection_leaves_a_line_with_an_undo_in_place_of_the_row(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    answer = send(client, lead, "reject", reason="not_now", note="Budget freeze")
    page = answer.content.decode()
    assert toast_of(answer).startswith("Rejected: Bad timing. To marketing, comes back in 90 days")
    assert f'id="lead-{lead.pk}"' in page
    assert address(lead, "take_back") in page
    assert Offer.objects.get(lead=lead).note == "Budget freeze"
    assert address(lead, "take_back") in client.get("/queue/").content.decode()
    again = send(client, lead, "reject", reason="not_now", note="Budget freeze")
    assert again.status_code == 200
    assert StageChange.objects.filter(lead=lead, to_stage="recycled").count() == 1


def test_a_known_error_in_a_dialog_keeps_what_was_typed(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner_of(lead), at=MONDAY)
    answer = send(sign_in(cast.sven), lead, "reject", reason="not_now", note="my note")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Accepted by" in page
    assert "my note" in page
    assert re.search(r'value="not_now" checked', page)


@pytest.mark.parametrize(
    ("tried", "channel", "outcome"),
    [
        ("reached", "call", "reached"),
        ("no_answer", "call", "no_answer"),
        ("voicemail", "call", "voicemail"),
        ("wrong_contact", "call", "wrong_contact"),
        ("mail", "mail", "sent"),
        ("meeting", "meeting", "reached"),
    ],
)
def test_one_click_logs_a_try(world: World, sign_in: SignIn, tried: str, channel: str, outcome: str) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    answer = send(client, lead, "log", tried=tried, note="asked for prices", action_id=str(uuid4()))
    assert answer.status_code == 200
    attempt = Attempt.objects.get(lead=lead)
    assert (attempt.channel, attempt.outcome, attempt.note) == (channel, outcome, "asked for prices")


def test_a_try_that_is_sent_twice_is_logged_once_and_a_fresh_form_logs_another(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(owner_of(lead))
    form = client.get(address(lead, "log"), headers=HTMX).content.decode()
    found = re.search(r'name="action_id" value="([0-9a-f-]{36})"', form)
    assert found is not None
    for _ in range(3):
        assert send(client, lead, "log", tried="no_answer", action_id=found[1]).status_code == 200
    assert Attempt.objects.filter(lead=lead).count() == 1
    send(client, lead, "log", tried="no_answer", action_id=str(uuid4()))
    assert Attempt.objects.filter(lead=lead).count() == 2


@pytest.mark.parametrize("data", [{"tried": "shouted"}, {"action_id": "no"}, {}])
def test_a_try_that_says_nothing_keeps_the_note(world: World, sign_in: SignIn, data: dict[str, str]) -> None:
    lead = world.offered()
    answer = send(sign_in(owner_of(lead)), lead, "log", note="a note", **data)
    assert answer.status_code == 422
    assert "a note" in answer.content.decode()
    assert not Attempt.objects.exists()


def test_passing_on_gives_the_lead_to_a_colleague_once(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    client = sign_in(owner)
    offer = str(lead.offers.get().pk)
    first, second = (send(client, lead, "pass_on", offer=offer) for _ in range(2))
    other = other_than(owner, cast)
    assert toast_of(first) == f"Passed on to {other.name}."
    assert (second.status_code, toast_of(second)) == (200, toast_of(first))
    assert owner_of(lead) == other
    assert Offer.objects.filter(lead=lead).count() == 2


def test_a_managers_second_click_does_not_pass_a_lead_on_twice(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    offer = str(lead.offers.get().pk)
    client = sign_in(cast.sven)
    for _ in range(2):
        assert send(client, lead, "pass_on", offer=offer).status_code == 200
    assert Offer.objects.filter(lead=lead).count() == 2


def test_a_lead_stays_where_it_is_when_nobody_else_is_free(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered(employees=2000)
    assert owner_of(lead) == cast.enno
    answer = send(sign_in(cast.enno), lead, "pass_on", offer=str(lead.offers.get().pk))
    assert answer.status_code == 409
    assert "Nobody else in the team is free" in toast_of(answer)


def test_confirming_an_sql_says_what_is_missing_until_nothing_is(accepted: Lead, sign_in: SignIn) -> None:
    client = sign_in(owner_of(accepted))
    answer = send(client, accepted, "qualify")
    assert answer.status_code == 409
    assert toast_of(answer) == "Not an SQL yet; still missing: The budget is approved."
    client.post(reverse("lead_fields", args=[accepted.pk]), {"field": "lead.budget", "value": "approved"})
    for _ in range(2):
        assert send(client, accepted, "qualify").status_code == 200
    accepted.refresh_from_db()
    assert accepted.stage == "sql"


def test_a_deal_is_opened_once_and_won_once(accepted: Lead, sign_in: SignIn) -> None:
    client = sign_in(owner_of(accepted))
    for _ in range(2):
        assert send(client, accepted, "deal", amount="1200.50", name="Gauges").status_code == 200
    deal = Deal.objects.get(lead=accepted)
    assert (str(deal.amount), deal.name, deal.currency) == ("1200.50", "Gauges", "EUR")
    for _ in range(2):
        assert send(client, accepted, "win").status_code == 200
    accepted.refresh_from_db()
    assert accepted.stage == "customer"


def test_a_second_deal_is_refused_with_what_was_typed(accepted: Lead, sign_in: SignIn) -> None:
    client = sign_in(owner_of(accepted))
    send(client, accepted, "deal", amount="100", name="One")
    answer = send(client, accepted, "deal", amount="200", name="Two")
    assert answer.status_code == 422
    assert 'value="200"' in answer.content.decode()
    assert "open deal already" in answer.content.decode()


@pytest.mark.parametrize("amount", ["-1", "a lot", "1.234", "NaN", "1e30"])
def test_an_amount_that_is_none_stays_in_its_field(accepted: Lead, sign_in: SignIn, amount: str) -> None:
    answer = send(sign_in(owner_of(accepted)), accepted, "deal", amount=amount, name="Gauges")
    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.content.decode()
    assert not Deal.objects.exists()


@pytest.mark.parametrize(("verb", "prepare"), [("recycle", False), ("lose", True)])
def test_letting_go_twice_lets_go_once(accepted: Lead, sign_in: SignIn, verb: str, prepare: bool) -> None:
    owner = owner_of(accepted)
    client = sign_in(owner)
    if prepare:
        decisions.start_deal(accepted.pk, amount=None, by=owner, at=MONDAY)
    for _ in range(2):
        answer = send(client, accepted, verb, reason="not_now")
        assert answer.status_code == 200
        assert "Bad timing" in toast_of(answer)
    assert StageChange.objects.filter(lead=accepted, to_stage="recycled").count() == 1


def test_winning_what_is_not_open_says_so(accepted: Lead, sign_in: SignIn) -> None:
    answer = send(sign_in(owner_of(accepted)), accepted, "win")
    assert answer.status_code == 409
    assert "has no open deal" in toast_of(answer)


def test_from_the_page_of_a_lead_the_whole_page_is_drawn_anew(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    answer = sign_in(owner_of(lead)).post(address(lead, "accept"), {"from": "lead"}, headers=HTMX)
    page = answer.content.decode()
    assert 'id="lead-body"' in page
    assert "Confirm as SQL" in page
    assert "<html" not in page
