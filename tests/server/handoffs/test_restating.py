"""What a deal brought is corrected and wins are taken back; what it was before can be read and never rewritten."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import SignIn

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import User
from accord.server.backtests.services import data_mark
from accord.server.handoffs import decisions, restating
from accord.server.handoffs.decisions import HandoffError
from accord.server.people.models import Person
from accord.server.pipeline.deals import Figures, open_deal
from accord.server.pipeline.models import Deal, DealChange, Lead
from accord.server.pipeline.services import LeadError

WON_AT = MONDAY + timedelta(days=3)
LATER = MONDAY + timedelta(days=40)
REFUNDED = Figures(Decimal("900.00"), Decimal("1500.00"), Decimal("-20.00"))
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/leads/1/"}


def owner_of(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def test_a_deal_is_of_the_company_at_which_its_person_worked_when_it_was_won(world: World) -> None:
    lead, other = world.offered(), world.person()
    by, began = owner_of(lead), lead.person.company
    decisions.accept(lead.pk, by=by, at=MONDAY)
    decisions.start_deal(lead.pk, amount=None, by=by, at=MONDAY)
    assert Deal.objects.get().company == began
    Person.objects.filter(pk=lead.person_id).update(company=other.company)
    decisions.win(lead.pk, by=by, at=WON_AT)
    assert Deal.objects.get().company == other.company
    Person.objects.filter(pk=lead.person_id).update(company=began)
    assert Deal.objects.get().company == other.company


@pytest.fixture
def deal(world: World) -> Deal:
    lead = world.offered()
    by = owner_of(lead)
    decisions.accept(lead.pk, by=by, at=MONDAY)
    decisions.start_deal(
        lead.pk,
        name="Gauges",
        amount=Decimal("1200.50"),
        list_amount=Decimal(1500),
        margin=Decimal(300),
        by=by,
        at=MONDAY,
    )
    return decisions.win(lead.pk, by=by, at=WON_AT)


def log() -> list[tuple[str, ...]]:
    found = DealChange.objects.values_list("amount_before", "amount_after", "outcome_before", "outcome_after", "reason")
    return [tuple(map(str, row)) for row in found]


def test_that_a_deal_was_closed_is_in_the_log_and_when_it_was_stated(deal: Deal) -> None:
    assert log() == [("1200.50", "1200.50", "open", "won", "Deal won")]
    change = DealChange.objects.get()
    assert (change.closed_at_before, change.closed_at_after, change.at) == (None, WON_AT, WON_AT)
    assert (deal.stated_at, deal.margin) == (MONDAY, Decimal(300))


def test_a_refund_lowers_the_amount_of_a_won_deal_and_says_what_it_was(deal: Deal) -> None:
    lead, by = deal.lead, owner_of(deal.lead)
    for at in (LATER, LATER + timedelta(days=1)):  # said twice it is said once
        restating.correct_deal(lead.pk, deal.pk, REFUNDED, reason="Two were sent back", by=by, at=at)
    deal.refresh_from_db()
    assert (deal.amount, deal.list_amount, deal.margin) == (Decimal(900), Decimal(1500), Decimal(-20))
    assert (deal.outcome, deal.closed_at) == ("won", WON_AT)
    assert log()[1:] == [("1200.50", "900.00", "won", "won", "Two were sent back")]
    change = DealChange.objects.latest("pk")
    assert (change.margin_before, change.margin_after, change.at, change.by) == (300, -20, LATER, by)
    lead.refresh_from_db()
    assert lead.stage == "customer"


def test_a_cancelled_win_is_lost_from_that_day_and_its_lead_goes_back(deal: Deal) -> None:
    lead, by = deal.lead, owner_of(deal.lead)
    for at in (LATER, LATER + timedelta(days=1)):
        restating.cancel_win(lead.pk, deal.pk, reason="not_now", by=by, at=at)
    deal.refresh_from_db()
    assert (deal.outcome, deal.closed_at, deal.amount) == ("lost", LATER, Decimal("1200.50"))
    assert log()[1:] == [("1200.50", "1200.50", "won", "lost", "Bad timing")]
    assert DealChange.objects.latest("pk").closed_at_before == WON_AT
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at, lead.end_reason, lead.end_clause) == (
        "recycled", LATER, "not_now", "handoff.reject_reasons.not_now",
    )  # fmt: skip
    assert lead.returns_at == LATER + timedelta(days=90)
    step = lead.stage_changes.latest("pk")
    assert (step.from_stage, step.to_stage, step.at, step.user) == ("customer", "recycled", LATER, by)


def test_a_lead_with_another_won_deal_stays_a_customer(deal: Deal) -> None:
    Deal.objects.create(lead=deal.lead, currency="EUR", outcome="won", opened_at=MONDAY, closed_at=WON_AT)
    restating.cancel_win(deal.lead_id, deal.pk, reason="not_now", by=owner_of(deal.lead), at=LATER)
    deal.lead.refresh_from_db()
    assert (deal.lead.stage, deal.lead.ended_at) == ("customer", WON_AT)


def test_only_a_win_can_be_taken_back_and_only_for_an_agreed_reason(world: World, deal: Deal) -> None:
    by = owner_of(deal.lead)
    with pytest.raises(HandoffError, match="is not an agreed reason"):
        restating.cancel_win(deal.lead_id, deal.pk, reason="whim", by=by, at=LATER)
    lead = world.offered()
    other = owner_of(lead)
    decisions.accept(lead.pk, by=other, at=MONDAY)
    still_open = decisions.start_deal(lead.pk, amount=None, by=other, at=MONDAY)
    with pytest.raises(LeadError, match="this deal is open, so no win is to be undone"):
        restating.cancel_win(lead.pk, still_open.pk, reason="not_now", by=other, at=LATER)
    with pytest.raises(LeadError, match="no such deal"):  # that of another lead
        restating.cancel_win(lead.pk, deal.pk, reason="not_now", by=other, at=LATER)


@pytest.mark.parametrize(
    "figures",
    [
        Figures(Decimal(-1), None, None),
        Figures(None, Decimal(10) ** 12, None),
        Figures(None, None, Decimal(-10) ** 13),
    ],
)
def test_figures_that_cannot_be_are_refused(deal: Deal, figures: Figures) -> None:
    with pytest.raises(LeadError, match="must be"):
        restating.correct_deal(deal.lead_id, deal.pk, figures, reason="Typo", by=owner_of(deal.lead), at=LATER)
    assert len(log()) == 1


def test_nobody_else_restates_a_deal(deal: Deal, cast: Cast) -> None:
    other = cast.tom if owner_of(deal.lead) == cast.priya else cast.priya
    for by in (other, cast.mara, cast.alma, cast.xenia):
        with pytest.raises(AccessError):
            restating.correct_deal(deal.lead_id, deal.pk, REFUNDED, reason="Mine", by=by, at=LATER)
        with pytest.raises(AccessError):
            restating.cancel_win(deal.lead_id, deal.pk, reason="not_now", by=by, at=LATER)


def test_a_backtest_that_counted_another_amount_is_known_to_be_stale(deal: Deal) -> None:
    before = data_mark()
    restating.correct_deal(deal.lead_id, deal.pk, REFUNDED, reason="Refund", by=owner_of(deal.lead), at=LATER)
    assert data_mark() != before


def test_the_log_cannot_be_rewritten(deal: Deal) -> None:
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        DealChange.objects.update(amount_before=1)
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        DealChange.objects.all().delete()


def test_what_was_loses_nothing_of_what_a_deal_was_at_any_instant(deal: Deal) -> None:
    """Taking the changes after an instant back gives the deal as it was then."""
    lead, by = deal.lead, owner_of(deal.lead)
    restating.correct_deal(lead.pk, deal.pk, REFUNDED, reason="Refund", by=by, at=LATER)
    restating.cancel_win(lead.pk, deal.pk, reason="not_now", by=by, at=LATER + timedelta(days=1))

    def as_of(at: object) -> tuple[object, object]:
        later = DealChange.objects.filter(deal=deal, at__gt=at).first()
        now = Deal.objects.get(pk=deal.pk)
        return (later.amount_before, later.outcome_before) if later else (now.amount, now.outcome)

    assert as_of(MONDAY) == (Decimal("1200.50"), "open")
    assert as_of(WON_AT) == (Decimal("1200.50"), "won")
    assert as_of(LATER) == (Decimal(900), "won")
    assert as_of(LATER + timedelta(days=2)) == (Decimal(900), "lost")


class TestThePages:
    """From the deal on the page of its lead."""

    def test_a_deal_is_corrected_and_the_page_says_what_it_was(self, deal: Deal, sign_in: SignIn) -> None:
        client = sign_in(owner_of(deal.lead))
        where = reverse("lead_correct", args=[deal.lead_id])
        page = client.get(reverse("lead", args=[deal.lead_id])).content.decode()
        assert f"{where}?from=lead&amp;deal={deal.pk}" in page
        assert "margin €300.00" in page
        form = client.get(f"{where}?deal={deal.pk}").content.decode()
        assert 'value="1200.50"' in form
        sent = {"deal": deal.pk, "amount": "900", "list_amount": "1500", "margin": "", "why": "Two came back"}
        refused = client.post(where, {**sent, "why": ""}, headers=HTMX)
        assert refused.status_code == 422
        assert "figures of a past month" in refused.content.decode()
        body = client.post(where, sent, headers=HTMX).content.decode()
        assert "Amount €1,200.50 → €900.00; Margin €300.00 → –" in body
        assert "Two came back" in body
        deal.refresh_from_db()
        assert (deal.amount, deal.margin) == (Decimal(900), None)

    def test_a_win_is_taken_back(self, deal: Deal, sign_in: SignIn) -> None:
        client = sign_in(owner_of(deal.lead))
        where = reverse("lead_cancel", args=[deal.lead_id])
        assert "€1,200.50: won no longer" in client.get(f"{where}?deal={deal.pk}").content.decode()
        body = client.post(where, {"deal": deal.pk, "reason": "not_now"}, headers=HTMX).content.decode()
        assert "Won → lost" in body
        assert where not in body  # what is lost cannot be taken back once more
        deal.refresh_from_db()
        assert deal.outcome == "lost"

    @pytest.mark.parametrize("named", ["", "0", "x", "9" * 30])
    def test_a_deal_that_is_not_there_is_not_found(self, deal: Deal, sign_in: SignIn, named: str) -> None:
        client = sign_in(owner_of(deal.lead))
        for name in ("lead_correct", "lead_cancel"):
            assert client.get(f"{reverse(name, args=[deal.lead_id])}?deal={named}").status_code == 404

    def test_others_neither_see_the_buttons_nor_get_in(self, deal: Deal, cast: Cast, sign_in: SignIn) -> None:
        for user in (cast.mara, cast.xenia):
            client = sign_in(user)
            where = reverse("lead_correct", args=[deal.lead_id])
            assert where not in client.get(reverse("lead", args=[deal.lead_id])).content.decode()
            assert client.get(f"{where}?deal={deal.pk}").status_code == 403

    def test_an_open_deal_that_is_closed_is_no_restatement(self, world: World, sign_in: SignIn) -> None:
        lead = world.offered()
        by = owner_of(lead)
        decisions.accept(lead.pk, by=by, at=MONDAY)
        open_deal(lead, name="D", amount=None, currency="EUR", by=by, at=MONDAY)
        assert "→ won" not in sign_in(by).get(reverse("lead", args=[lead.pk])).content.decode()
        decisions.win(lead.pk, by=by, at=WON_AT)
        assert "→ won" not in sign_in(by).get(reverse("lead", args=[lead.pk])).content.decode()
