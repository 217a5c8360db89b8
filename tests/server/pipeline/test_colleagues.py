"""Criteria about several people of one company: what is read for them, and whose leads are judged again."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.server.agreements.models import Revision
from accord.server.agreements.services import agreement_of, propose, sign
from accord.server.handoffs.decisions import reject
from accord.server.handoffs.offers import offer_ready
from accord.server.people.models import Person
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.judging import judge_due, review
from accord.server.pipeline.models import Lead, ReadyVia

MINUTE = timedelta(minutes=1)
ALONE = """    event: form_submitted
    where: [{property: form, is: demo}]
    within: 7 days
"""
TOGETHER = """    event: page_viewed
    where: [{property: path, starts_with: /pricing}]
    people: 3
    within: 7 days
"""


@pytest.fixture
def together(world: World) -> World:
    """The agreement in force takes a company's leads into the fast lane when three of its people looked at prices."""
    text = AGREEMENT.read_text(encoding="utf-8")
    assert ALONE in text
    revision = propose(
        text.replace(ALONE, TOGETHER), "agreement.yaml", reason="together", by=world.cast.olga, at=MONDAY
    )
    sign(revision.number, by=world.cast.mara, at=MONDAY)
    sign(revision.number, by=world.cast.priya, at=MONDAY)
    return world


def of_one_company(world: World, count: int) -> list[Lead]:
    leads = [world.lead() for _ in range(count)]
    Person.objects.filter(leads__in=leads).update(company=leads[0].person.company)
    judge_due(MONDAY)
    return list(
        Lead.objects.filter(pk__in=[lead.pk for lead in leads]).select_related("person__company").order_by("pk")
    )


def ready(leads: list[Lead]) -> list[bool]:
    again = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk")
    return [lead.ready_via == ReadyVia.FAST_LANE for lead in again]


def test_the_third_person_of_a_company_brings_the_leads_of_all_of_them(together: World) -> None:
    stranger, leads = together.lead(), of_one_company(together, 4)
    for lead in (*leads[:2], stranger, leads[0]):
        together.happens(lead, "page_viewed", MONDAY, path="/pricing")
    judge_due(MONDAY)
    assert ready(leads) == [False] * 4

    together.happens(leads[2], "page_viewed", MONDAY + MINUTE, path="/pricing")
    judge_due(MONDAY + MINUTE)
    assert ready(leads) == [True] * 4
    assert ready([stranger]) == [False]


def test_people_without_a_company_are_no_colleagues_of_each_other(together: World) -> None:
    leads = of_one_company(together, 3)
    Person.objects.update(company=None)
    for lead in leads:
        together.happens(lead, "page_viewed", MONDAY, path="/pricing")
    judge_due(MONDAY)
    assert ready(leads) == [False] * 3


def test_a_touchpoint_has_the_leads_of_colleagues_judged_where_the_agreement_asks_for_them(together: World) -> None:
    leads = of_one_company(together, 2)
    together.happens(leads[0], "page_viewed", MONDAY + MINUTE, path="/pricing")
    assert Lead.objects.filter(review_at=MONDAY + MINUTE).count() == 2


def test_a_touchpoint_leaves_colleagues_alone_where_the_agreement_does_not_ask(world: World) -> None:
    leads = of_one_company(world, 2)
    world.happens(leads[0], "page_viewed", MONDAY + MINUTE, path="/pricing")
    assert list(Lead.objects.filter(review_at=MONDAY + MINUTE)) == [leads[0]]


def test_the_facts_of_many_leads_take_one_query_and_one_more_for_their_colleagues(
    together: World, django_assert_num_queries: type[CaptureQueriesContext]
) -> None:
    leads = of_one_company(together, 5)
    for lead in leads[:4]:
        together.happens(lead, "page_viewed", MONDAY, path="/pricing")
    old, new = (agreement_of(revision) for revision in Revision.objects.order_by("number"))

    with django_assert_num_queries(1):
        assert not any(facts.colleagues for facts in facts_of(leads, old, MONDAY).values())
    with django_assert_num_queries(2):
        found = facts_of(leads, new, MONDAY)
    assert [len(facts.colleagues) for facts in found.values()] == [3, 3, 3, 3, 4]
    assert {facts.zone for facts in found.values()} == {new.zone}


def test_of_colleagues_only_what_the_agreement_can_count_is_read(together: World) -> None:
    leads = of_one_company(together, 4)
    together.happens(leads[0], "page_viewed", MONDAY, path="/")
    together.happens(leads[1], "webinar_attended", MONDAY)
    together.happens(leads[2], "page_viewed", MONDAY - timedelta(days=7), path="/pricing")
    new = agreement_of(Revision.objects.order_by("number").last())  # type: ignore[arg-type]

    assert list(facts_of(leads, new, MONDAY)[leads[3].pk].colleagues) == [str(leads[0].person_id)]


def test_what_colleagues_did_before_a_lead_was_let_go_does_not_bring_it_back(together: World) -> None:
    leads = of_one_company(together, 4)
    for lead in leads[:3]:
        together.happens(lead, "page_viewed", MONDAY, path="/pricing")
    judge_due(MONDAY)
    offer_ready(MONDAY)
    gone = Lead.objects.get(pk=leads[3].pk)
    assert gone.owner is not None
    reject(gone.pk, reason="not_now", at=MONDAY + MINUTE, by=gone.owner)
    review(Q(pk=gone.person_id), MONDAY + 2 * MINUTE)
    assert judge_due(MONDAY + 2 * MINUTE).back == 0

    for lead in leads[:3]:
        together.happens(lead, "page_viewed", MONDAY + 3 * MINUTE, path="/pricing")
    assert judge_due(MONDAY + 3 * MINUTE).back == 1
