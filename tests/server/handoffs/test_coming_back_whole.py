"""Recycling from end to end: what each reason leads to, who looks after the lead, and what it comes back with."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.conftest import MONDAY, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt, Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.people.models import Touchpoint
from accord.server.pipeline.judging import bring_back_due, judge_due
from accord.server.pipeline.models import Lead
from accord.server.scoreboard.queries import second_lives

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REASON = "    no_contact: {label: No verified contact data, then: recycle, to: agency}\n"
REASONS = (
    REASON + "    wrong_time: {label: Budget round is over, then: recycle, back_after: 30 days, to: marketing}\n"
    "    no_project: {label: No project yet, then: recycle, or_when: wants_to_talk, to: marketing}\n"
)


@pytest.fixture
def agreed(world: World) -> World:
    """Three reasons with three consequences: a date alone, a trigger alone, the agency's care without either."""
    world.agree((REASON, REASONS), at=MONDAY - DAY)
    return world


def rejected(world: World, reason: str) -> Lead:
    lead = world.offered()
    decisions.reject(lead.pk, reason=reason, by=owner(lead), at=MONDAY + MINUTE)
    lead.refresh_from_db()
    return lead


def owner(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


def sees(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_date_alone_brings_a_lead_back_on_its_date_and_nothing_does_before(agreed: World) -> None:
    lead = rejected(agreed, "wrong_time")
    assert (lead.caretaker, lead.returns_at) == ("marketing", MONDAY + MINUTE + 30 * DAY)
    agreed.happens(lead, "form_submitted", MONDAY + DAY, form="demo")
    judge_due(MONDAY + DAY)
    assert bring_back_due(MONDAY + 30 * DAY) == 0
    assert not Lead.objects.filter(cycle=2).exists()
    assert bring_back_due(MONDAY + MINUTE + 30 * DAY) == 1
    assert Lead.objects.get(cycle=2).stage_changes.get().reason == "Its return date has come"


def test_a_trigger_alone_brings_a_lead_back_at_once_and_no_date_does(agreed: World) -> None:
    lead = rejected(agreed, "no_project")
    assert (lead.caretaker, lead.returns_at) == ("marketing", None)
    assert bring_back_due(MONDAY + 3650 * DAY) == 0
    agreed.happens(lead, "page_viewed", MONDAY + DAY)
    judge_due(MONDAY + DAY)
    assert not Lead.objects.filter(cycle=2).exists()
    agreed.happens(lead, "form_submitted", MONDAY + 2 * DAY, form="demo")
    judge_due(MONDAY + 2 * DAY)
    again = Lead.objects.get(cycle=2)
    assert again.stage_changes.earliest("pk").reason == "Came back by its trigger"
    assert (again.stage, again.ready_via) == ("mql", "fast_lane")


def test_what_marketing_looks_after_stands_in_its_care_until_it_comes_back(
    agreed: World, sign_in: SignIn, present: Present
) -> None:
    """No time is promised here for getting in touch: whoever went back must be seen all the same."""
    dated, waiting = rejected(agreed, "wrong_time"), rejected(agreed, "no_project")
    present.passes(hours=1)
    mara, care = sign_in(agreed.cast.mara), reverse("todo") + "?due=care"
    page = sees(mara, care)
    assert page.index(str(dated.person)) < page.index(str(waiting.person))
    assert f"Keep in touch with {dated.person}" in page
    assert "Went back: Budget round is over" in page
    assert page.count("comes back <time") == 1
    assert page.count("Comes back at once when") == 1
    assert "Nobody waits for marketing" in sees(mara, reverse("todo"))
    bring_back_due(present.passes(days=30))
    page = sees(sign_in(agreed.cast.mara), care)
    assert str(dated.person) not in page
    assert str(waiting.person) in page


def test_the_agency_sees_what_is_lent_to_it_and_nothing_that_marketing_looks_after(
    agreed: World, sign_in: SignIn
) -> None:
    lent, kept = rejected(agreed, "no_contact"), rejected(agreed, "wrong_time")
    assert (lent.caretaker, lent.returns_at) == ("agency", None)
    alma = sign_in(agreed.cast.alma)
    page = sees(alma, reverse("queue"))
    assert str(lent.person) in page
    assert str(kept.person) not in page
    assert "Given back by sales: No verified contact data" in page
    assert alma.get(reverse("lead", args=[lent.pk])).status_code == 200
    assert alma.get(reverse("lead", args=[kept.pk])).status_code == 404
    assert alma.get(reverse("todo")).status_code == 403
    assert "with agency" in sees(sign_in(agreed.cast.mara), reverse("todo") + "?due=care")


def test_cycle_two_keeps_everything_and_begins_with_a_clean_hand_off(agreed: World) -> None:
    """Lesson 27: history, score and reason of the first cycle stay as they were, and what is known comes along."""
    lead = rejected(agreed, "wrong_time")
    Lead.objects.filter(pk=lead.pk).update(fields={"budget": "planned"})
    lead.refresh_from_db()
    history = [list(rows.order_by("pk").values()) for rows in (lead.stage_changes, lead.offers, lead.attempts)]
    before = (lead.stage, lead.fit, lead.engagement, lead.grade, lead.end_reason, lead.end_clause, lead.ended_at)
    touched = Touchpoint.objects.filter(person=lead.person).count()
    bring_back_due(MONDAY + 31 * DAY)
    judge_due(MONDAY + 31 * DAY)
    lead.refresh_from_db()
    assert (
        lead.stage,
        lead.fit,
        lead.engagement,
        lead.grade,
        lead.end_reason,
        lead.end_clause,
        lead.ended_at,
    ) == before
    assert [list(rows.order_by("pk").values()) for rows in (lead.stage_changes, lead.offers, lead.attempts)] == history
    assert Touchpoint.objects.filter(person=lead.person).count() == touched
    again = Lead.objects.get(person=lead.person, cycle=2)
    assert (again.fields, again.source, again.first_contact_at) == (lead.fields, lead.source, lead.first_contact_at)
    assert (again.owner, again.handed_over_at, again.end_reason) == (None, None, "")
    assert not Offer.objects.filter(lead=again).exists()
    assert not Attempt.objects.filter(lead=again).exists()


def test_second_lives_are_counted_by_the_reason_of_the_first(agreed: World, sign_in: SignIn) -> None:
    """Of two without a budget one comes back and is accepted; who has no project does not come back."""
    back, other = rejected(agreed, "wrong_time"), rejected(agreed, "wrong_time")
    rejected(agreed, "no_project")
    Lead.objects.filter(pk=other.pk).update(returns_at=None)
    now = MONDAY + 31 * DAY
    bring_back_due(now)
    again = Lead.objects.get(person=back.person, cycle=2)
    agreed.happens(again, "webinar_attended", now)
    judge_due(now)
    offer_ready(now)
    again.refresh_from_db()
    decisions.accept(again.pk, by=owner(again), at=now)
    lives = {row.reason: (row.recycled, row.came_back, row.accepted, row.won) for row in second_lives()}
    assert lives == {"wrong_time": (2, 1, 1, 0), "no_project": (1, 0, 0, 0)}
    page = sees(sign_in(agreed.cast.olga), reverse("scoreboard"))
    assert "Budget round is over" in page
