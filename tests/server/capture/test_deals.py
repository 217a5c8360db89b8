"""Importing deals, and what they do to their leads."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.server.capture.conftest import DEALS, LEADS, NOW, Importer, counts
from tests.server.capture.test_leads import ANN, BOB
from tests.server.conftest import MONDAY, Cast, World

from accord.server.capture.errors import ImportingError
from accord.server.capture.models import RefusedRow
from accord.server.handoffs.models import Clock, Offer
from accord.server.people.models import Company, Person
from accord.server.pipeline.judging import bring_back_due
from accord.server.pipeline.models import Deal, DealChange, Lead, StageChange
from accord.server.pipeline.services import reopen

MQL = LEADS + "  lead.stage: {constant: mql}\n"
OPEN = {"id": "D1", "lead": "L1", "name": "First", "amount": "1200.50", "opened": "2026-02-10"}
WON = {**OPEN, "won": "2026-02-20"}
LOST = {**OPEN, "lost": "2026-02-20"}
LOST_ON_MONDAY = {**OPEN, "opened": "2026-03-01", "lost": "2026-03-02T09:00:00Z"}
TENTH, TWENTIETH = (datetime(2026, 2, day, tzinfo=UTC) for day in (10, 20))


@pytest.fixture
def lead(importer: Importer) -> Lead:
    importer.leads(ANN, mapping=MQL)
    return Lead.objects.get()


def steps(lead: Lead) -> list[tuple[str, str, datetime]]:
    return list(lead.stage_changes.order_by("pk").values_list("from_stage", "to_stage", "at"))[1:]


def test_a_won_deal_makes_the_lead_a_customer(importer: Importer, lead: Lead) -> None:
    assert counts(importer.deals(WON)) == (1, 0, 0, 0)
    deal = Deal.objects.get()
    assert (deal.outcome, deal.amount, deal.currency, deal.name) == ("won", Decimal("1200.50"), "EUR", "First")
    assert (deal.opened_at, deal.closed_at, deal.flags) == (TENTH, TWENTIETH, [])
    lead.refresh_from_db()
    assert (lead.stage, lead.stage_since, lead.ended_at, lead.end_reason) == ("customer", TWENTIETH, TWENTIETH, "won")
    assert steps(lead) == [("mql", "opportunity", TENTH), ("opportunity", "customer", TWENTIETH)]


def test_an_open_deal_makes_the_lead_an_opportunity_which_is_won_later(importer: Importer, lead: Lead) -> None:
    importer.deals(OPEN)
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at) == ("opportunity", None)
    assert counts(importer.deals(WON)) == (0, 1, 0, 0)
    lead.refresh_from_db()
    assert lead.stage == "customer"
    assert steps(lead) == [("mql", "opportunity", TENTH), ("opportunity", "customer", TWENTIETH)]


def test_a_deal_is_of_the_company_at_which_its_person_worked_when_it_was_won(importer: Importer, lead: Lead) -> None:
    companies = [Company.objects.create(name=name, created_at=MONDAY) for name in "ABC"]

    def works_at(company: Company) -> None:
        Person.objects.update(company=company)

    def bought_by() -> str:
        return str(Deal.objects.get().company)

    works_at(companies[0])
    importer.deals(OPEN)
    works_at(companies[1])
    importer.deals({**OPEN, "name": "Other"})
    assert bought_by() == "A"
    importer.deals(WON)
    assert bought_by() == "B"
    works_at(companies[2])
    importer.deals({**WON, "name": "Again"})
    assert bought_by() == "B"


def test_a_lost_deal_gives_the_lead_back_to_marketing(importer: Importer, lead: Lead) -> None:
    importer.deals(LOST)
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at, lead.end_reason, lead.caretaker) == (
        "recycled",
        TWENTIETH,
        "deal_lost",
        "marketing",
    )


def test_a_lost_deal_beside_an_open_one_leaves_the_lead_where_it_is(importer: Importer, lead: Lead) -> None:
    importer.deals(OPEN, {**LOST, "id": "D2"})
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at) == ("opportunity", None)


def test_a_win_after_a_loss_makes_a_customer(importer: Importer, lead: Lead) -> None:
    importer.deals(LOST)
    importer.deals({**WON, "id": "D2", "won": "2026-02-25"})
    lead.refresh_from_db()
    assert (lead.stage, lead.end_reason) == ("customer", "won")


@pytest.mark.parametrize("row", [OPEN, WON, LOST])
def test_a_second_import_changes_nothing(row: dict[str, str], importer: Importer, lead: Lead) -> None:
    importer.deals(row)
    before = [list(model.objects.order_by("pk").values()) for model in (Deal, Lead, StageChange)]
    assert counts(importer.deals(row, at=NOW.replace(day=9))) == (0, 0, 1, 0)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Deal, Lead, StageChange)]


def test_a_changed_amount_is_updated_and_moves_nothing(importer: Importer, lead: Lead) -> None:
    importer.deals(WON)
    assert counts(importer.deals({**WON, "amount": "999"})) == (0, 1, 0, 0)
    assert Deal.objects.get().amount == 999
    assert len(steps(lead)) == 2


def test_a_file_that_does_not_say_how_a_deal_ended_does_not_open_it_again(importer: Importer, lead: Lead) -> None:
    importer.deals(WON)
    assert counts(importer.deals(OPEN)) == (0, 0, 1, 0)


def test_a_deal_won_before_the_first_contact_is_flagged_and_counted_and_kept(importer: Importer, lead: Lead) -> None:
    early = {**WON, "opened": "", "won": "2026-01-31"}
    for _ in range(2):
        result = importer.deals(early)
        assert (result.flagged, result.flagged_lines, result.refused) == (1, (2,), 0)
    assert Deal.objects.get().flags == ["won_before_first_contact"]


def test_without_a_day_of_opening_a_deal_opens_when_it_closes(importer: Importer, lead: Lead) -> None:
    importer.deals({**WON, "opened": ""})
    assert Deal.objects.get().opened_at == TWENTIETH


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**WON, "lead": "L7"}, "no lead here has 'L7'; import the leads first"),
        ({**WON, "lead": ""}, "it does not say whose deal it is"),
        ({**WON, "lost": "2026-02-21"}, "it says both won and lost; leave one of them empty"),
        ({**WON, "opened": "2026-02-21"}, "it is closed before it was opened; one of the days is wrong"),
        ({**WON, "amount": "-5"}, "'amount' cannot be '-5'; an amount lies between 0 and 999,999,999,999.99"),
        ({**WON, "currency": "EURO"}, "'currency' holds 'EURO', which is no currency"),
    ],
)
def test_a_deal_that_cannot_be_is_refused(row: dict[str, str], said: str, importer: Importer, lead: Lead) -> None:
    result = importer.deals(row)
    assert counts(result) == (0, 0, 0, 1)
    assert result.first_refused[0].message.startswith(said)
    lead.refresh_from_db()
    assert lead.stage == "mql"


def test_a_second_open_deal_of_a_lead_is_refused(importer: Importer, lead: Lead) -> None:
    result = importer.deals(OPEN, {**OPEN, "id": "D2"})
    assert counts(result) == (1, 0, 0, 1)
    assert "open deal in line 2" in result.first_refused[0].message
    assert counts(importer.deals({**OPEN, "id": "D3"})) == (0, 0, 0, 1)


def test_a_file_does_not_turn_a_win_into_a_loss(importer: Importer, lead: Lead) -> None:
    importer.deals(WON)
    result = importer.deals(LOST)
    assert result.first_refused[0].message == (
        "it is won here, which a file does not undo; if it was cancelled, take the win back on the page of its lead"
    )
    assert [change.outcome_after for change in DealChange.objects.all()] == []


def test_a_deal_does_not_change_its_lead(importer: Importer, lead: Lead) -> None:
    importer.leads(BOB)
    importer.deals(WON)
    assert importer.deals({**WON, "lead": "L2"}).first_refused[0].code == "import.lead_changed"


def test_outcomes_may_be_words_of_the_file(importer: Importer, lead: Lead) -> None:
    mapping = DEALS.replace("deal.won_at: won", "deal.closed_at: won").replace(
        "deal.lost_at: lost", "deal.outcome: {column: lost, values: {Gewonnen: won, Verloren: lost}}"
    )
    importer.deals({**WON, "lost": "Gewonnen"}, mapping=mapping)
    assert Deal.objects.get().outcome == "won"
    result = importer.deals({**WON, "id": "D2", "lost": ""}, {**OPEN, "id": "D3", "lost": "won"}, mapping=mapping)
    assert [row.code for row in result.first_refused] == ["import.day_without_outcome", "import.closed_without_day"]


def test_the_persons_address_finds_the_latest_lead(importer: Importer) -> None:
    importer.leads(ANN, mapping=LEADS + "  lead.stage: {constant: recycled}\n")
    importer.leads({**ANN, "id": "L5"})
    importer.deals({**WON, "lead": "ANN@acme.example"}, mapping=DEALS.replace("lead.external_id", "person.email"))
    assert Deal.objects.get().lead.external_id == "L5"


def test_without_an_agreement_the_mapping_must_say_the_currency(importer: Importer) -> None:
    with pytest.raises(ImportingError, match=r"map deal\.currency"):
        importer.content("deals", "id\n", DEALS.replace("  deal.currency: currency\n", ""))


def test_with_an_agreement_its_currency_is_the_default(importer: Importer, world: World) -> None:
    importer.leads(ANN)
    importer.deals({**WON, "currency": ""})
    assert Deal.objects.get().currency == "EUR"


def test_what_runs_on_a_lead_stops_when_a_file_says_that_it_is_won(importer: Importer, world: World) -> None:
    lead = world.offered()
    Lead.objects.filter(pk=lead.pk).update(external_id="L1")
    importer.deals({**WON, "opened": "", "won": "2026-03-02T09:00:00Z"}, at=NOW)
    assert not Clock.objects.filter(stopped_at=None).exists()
    assert set(Clock.objects.values_list("outcome", "next_check_at")) == {("void", None)}
    assert Offer.objects.get().status == "withdrawn"
    lead.refresh_from_db()
    assert (lead.stage, lead.review_at, lead.ready_at) == ("customer", None, None)


class TestARecyclingClause:
    """What is agreed about lost deals holds for those of a file as well."""

    @pytest.fixture
    def agreed(self, world: World) -> World:
        """A lost deal goes to the agency for 180 days, and one person comes back once."""
        world.agree(
            (
                "routing:\n",
                "recycling:\n  lost_deal: {back_after: 180 days, to: agency}\n  at_most: 1 times\n\nrouting:\n",
            ),
            at=MONDAY - timedelta(days=1),
        )
        return world

    def lost(self, importer: Importer, lead: Lead, deal: str) -> Lead:
        Lead.objects.filter(pk=lead.pk).update(external_id=f"L{deal}")
        importer.deals({**LOST_ON_MONDAY, "id": deal, "lead": f"L{deal}"}, at=NOW)
        lead.refresh_from_db()
        return lead

    def test_a_lost_deal_of_a_file_goes_where_and_as_long_as_agreed(self, importer: Importer, agreed: World) -> None:
        lead = self.lost(importer, agreed.offered(), "D1")
        assert (lead.stage, lead.end_clause, lead.caretaker) == ("recycled", "recycling.lost_deal", "agency")
        assert lead.returns_at == MONDAY + timedelta(days=180)
        assert not Clock.objects.filter(stopped_at=None).exists()

    def test_it_comes_back_on_its_date_with_all_that_was_known(self, importer: Importer, agreed: World) -> None:
        lead = self.lost(importer, agreed.offered(), "D1")
        assert bring_back_due(MONDAY + timedelta(days=179, hours=23)) == 0
        assert bring_back_due(MONDAY + timedelta(days=180)) == 1
        again = Lead.objects.get(person=lead.person, cycle=2)
        assert (again.source, again.first_contact_at) == (lead.source, lead.first_contact_at)

    def test_whoever_has_come_back_as_often_as_agreed_is_out_for_good(self, importer: Importer, agreed: World) -> None:
        first = self.lost(importer, agreed.offered(), "D1")
        again = reopen(first, at=MONDAY, reason="Its return date has come")
        assert again is not None
        other = agreed.offered()
        second = self.lost(importer, again, "D2")
        assert (second.stage, second.returns_at, second.caretaker) == ("disqualified", None, "")
        assert (second.end_reason, second.end_clause) == ("deal_lost", "recycling.lost_deal")
        assert second.ended_at == second.stage_since == MONDAY
        last = second.stage_changes.latest("pk")
        assert (last.to_stage, last.reason) == ("disqualified", "Deal lost; came back as often as agreed")
        third = self.lost(importer, other, "D3")
        assert third.stage == "recycled"


def logged() -> list[tuple[Decimal | None, Decimal | None, str, str]]:
    return list(DealChange.objects.values_list("amount_before", "amount_after", "outcome_before", "outcome_after"))


def test_a_restated_deal_leaves_what_it_was_in_the_log(importer: Importer, lead: Lead, cast: Cast) -> None:
    importer.deals(OPEN)
    assert (Deal.objects.get().stated_at, logged()) == (NOW, [])
    later = NOW + timedelta(days=1)
    importer.deals(WON, at=later, by=cast.mara)
    importer.deals({**WON, "name": "Renamed"}, at=later)
    assert logged() == [(Decimal("1200.50"), Decimal("1200.50"), "open", "won")]
    change = DealChange.objects.get()
    assert (change.at, change.by, change.closed_at_before, change.closed_at_after, change.reason) == (
        later, cast.mara, None, TWENTIETH, "A file was imported",
    )  # fmt: skip
    importer.deals({**WON, "amount": "900"}, {**OPEN, "id": "D2", "won": "2026-02-25"}, at=later)
    assert logged()[1:] == [(Decimal("1200.50"), Decimal("900.00"), "won", "won")]
    importer.deals({**WON, "amount": "900", "won": "2026-02-21"})
    assert DealChange.objects.latest("pk").closed_at_before == TWENTIETH
    assert Deal.objects.get(external_id="D1").stated_at == NOW


def test_a_margin_is_taken_to_the_cent_and_may_be_below_zero(importer: Importer, lead: Lead) -> None:
    importer.deals({**WON, "margin": "-12.34"})
    assert Deal.objects.get().margin == Decimal("-12.34")
    assert counts(importer.deals(WON)) == (0, 0, 1, 0)  # an empty cell overwrites nothing
    assert counts(importer.deals({**WON, "margin": "300"})) == (0, 1, 0, 0)
    change = DealChange.objects.get()
    assert (change.margin_before, change.margin_after, change.amount_before) == (
        Decimal("-12.34"), Decimal("300.00"), Decimal("1200.50"),
    )  # fmt: skip


def test_a_margin_has_no_thousandths(importer: Importer, lead: Lead) -> None:
    assert counts(importer.deals({**WON, "margin": "1.005"})) == (0, 0, 0, 1)
    assert "'margin' cannot be '1.005'" in RefusedRow.objects.get().message
