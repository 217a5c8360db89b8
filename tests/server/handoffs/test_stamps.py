"""What a new revision does to leads in flight, and under which revision everything that happens to them stands."""

from datetime import timedelta

from tests.server.conftest import AGREEMENT, MONDAY, Cast, World

from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose, sign
from accord.server.handoffs.decisions import accept, start_deal, win
from accord.server.handoffs.models import Clock, Offer
from accord.server.handoffs.offers import give_to_another
from accord.server.pipeline.judging import judge_due, review_open_leads
from accord.server.pipeline.models import StageChange

TEXT = AGREEMENT.read_text(encoding="utf-8")
STRICTER = TEXT.replace("at_least: 50\n", "at_least: 500\n").replace(
    "first_attempt: 1 working day", "first_attempt: 2 working days"
)
LATER = MONDAY + timedelta(hours=1)


def bring_into_force(cast: Cast) -> Revision:
    """Sign the stricter agreement at ``LATER``, and judge everybody by it, as the job does then."""
    number = propose(STRICTER, "b.yaml", reason="stricter", by=cast.olga, at=LATER).number
    sign(number, by=cast.mara, at=LATER)
    signed = sign(number, by=cast.priya, at=LATER)
    review_open_leads(LATER)
    judge_due(LATER)
    return signed


def test_every_step_of_a_lead_stands_under_a_revision(world: World, cast: Cast) -> None:
    lead = world.offered()
    assert lead.owner is not None
    accept(lead.pk, by=lead.owner, at=MONDAY)
    second = bring_into_force(cast)
    start_deal(lead.pk, name="d", amount=None, by=lead.owner, at=LATER)
    win(lead.pk, by=lead.owner, at=LATER)
    steps = StageChange.objects.filter(lead=lead).order_by("pk").values_list("to_stage", "revision__number")
    assert list(steps) == [("lead", 1), ("mql", 1), ("sal", 1), ("opportunity", 2), ("customer", 2)]
    assert second.outcome_fingerprint != Revision.objects.get(number=1).outcome_fingerprint


def test_a_lead_in_flight_keeps_its_stage_its_offer_and_its_deadlines(world: World, cast: Cast) -> None:
    lead = world.offered()
    before = list(Clock.objects.order_by("pk").values_list("promise", "due_at", "offer__revision__number"))
    bring_into_force(cast)
    lead.refresh_from_db()
    assert (lead.stage, lead.grade) == ("mql", "C")
    assert list(Clock.objects.order_by("pk").values_list("promise", "due_at", "offer__revision__number")) == before
    accept(lead.pk, by=lead.owner, at=LATER)  # type: ignore[arg-type]  # it has one
    assert StageChange.objects.get(lead=lead, to_stage="sal").revision.number == 1  # type: ignore[union-attr]  # as above


def test_a_lead_given_to_somebody_else_gets_the_terms_in_force_then(world: World, cast: Cast) -> None:
    lead = world.offered()
    bring_into_force(cast)
    lead.refresh_from_db()
    assert give_to_another(lead, at=LATER, reason="was passed on")
    offers = Offer.objects.filter(lead=lead).order_by("pk")
    assert [offer.revision.number for offer in offers] == [1, 2]
    first, second = (offer.clocks.get(promise="first_attempt") for offer in offers)
    assert first.due_at < second.due_at


def test_the_next_lead_is_judged_by_the_new_revision(world: World, cast: Cast) -> None:
    bring_into_force(cast)
    small, large = world.mql(LATER, employees=200), world.mql(LATER, employees=900)
    assert (small.stage, large.stage) == ("lead", "mql")
    assert StageChange.objects.get(lead=large, to_stage="mql").revision.number == 2  # type: ignore[union-attr]  # it has one
