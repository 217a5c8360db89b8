"""The page on which marketing works, and what it does from there."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.conftest import MONDAY, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import User
from accord.server.handoffs import decisions, marketing, questions
from accord.server.handoffs.models import Attempt, Clock, Question
from accord.server.handoffs.todo import Due, todo_badge, todo_counts, todo_page
from accord.server.pipeline.models import Lead

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DELIVER = "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
DEADLINES = DELIVER + "    - {fill_in: 4 working hours}\n    - {answer_recycled: 2 working hours}\n"


def owner(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


@pytest.fixture
def three(world: World) -> tuple[Lead, Lead, Lead]:
    """One lead that sales asks about, one that lacks its number, one that went back; due at 13:01, 13:00 and 11:00."""
    world.agree((DELIVER, DEADLINES), at=MONDAY - DAY)
    asked, held, back = world.offered(), world.mql(phone=""), world.offered()
    questions.ask(asked.pk, "Which site?\nGraz?", by=owner(asked), at=MONDAY + MINUTE)
    decisions.reject(back.pk, reason="no_contact", by=owner(back), at=MONDAY)
    marketing.follow(MONDAY + MINUTE)
    return asked, held, back


def test_what_marketing_owes_stands_in_the_order_of_its_deadlines(world: World, three: tuple[Lead, ...]) -> None:
    asked, held, back = three
    world.offered()
    rows = todo_page(None, "", {"no_contact": "No verified contact data"}, MONDAY + MINUTE).object_list
    assert [row.lead_id for row in rows] == [back.pk, held.pk, asked.pk]
    assert [row.task for row in rows] == [
        f"Get in touch with {back.person} before 11:00",
        "Fill in phone before 13:00",
        f"Answer {owner(asked).name} before 13:01",
    ]
    assert [row.due_at for row in rows] == [MONDAY + 2 * HOUR, MONDAY + 4 * HOUR, MONDAY + 4 * HOUR + MINUTE]
    assert [row.why for row in rows] == [
        "Went back: No verified contact data",
        "Ready for sales, and held until this is known",
        "Which site?\nGraz?",
    ]
    assert [row.due for row in rows] == [Due.RECYCLED, Due.FIELDS, Due.QUESTION]
    assert todo_counts("") == {"": 3, "question": 1, "fields": 1, "recycled": 1}
    assert (todo_badge(world.cast.mara), todo_badge(world.cast.priya), todo_badge(None)) == (3, None, None)


def test_what_is_done_leaves_the_list(world: World, three: tuple[Lead, ...]) -> None:
    asked, _, back = three
    questions.answer(asked.pk, "Graz", by=world.cast.mara, at=MONDAY + HOUR)
    questions.get_in_touch(
        back.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid.uuid4(),
        by=world.cast.mara,
        at=MONDAY + HOUR,
    )
    assert todo_counts("") == {"": 1, "question": 0, "fields": 1, "recycled": 0}


def test_the_list_narrows_by_what_is_due_and_by_words(three: tuple[Lead, ...]) -> None:
    asked, _, _ = three
    assert [row.lead_id for row in todo_page(Due.QUESTION, "", {}, MONDAY).object_list] == [asked.pk]
    found = todo_page(None, asked.person.email, {}, MONDAY).object_list
    assert [row.lead_id for row in found] == [asked.pk]


def test_the_page_says_what_is_due_and_asks_the_database_no_more_for_more_rows(
    world: World, three: tuple[Lead, ...], sign_in: SignIn, present: Present, django_assert_max_num_queries: object
) -> None:
    mara = sign_in(world.cast.mara)
    present.passes(hours=3)
    page = mara.get(reverse("todo"))
    said = page.content.decode()
    assert "3 leads wait for marketing, 1 of them too long." in said
    assert "Fill in phone" in said
    for _ in range(5):
        world.mql(phone="")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert "8 leads wait" in mara.get(reverse("todo")).content.decode()


def test_an_empty_list_says_what_will_stand_there(world: World, sign_in: SignIn) -> None:
    assert "Nobody waits for marketing" in sign_in(world.cast.mara).get(reverse("todo")).content.decode()


@pytest.mark.parametrize("who", ["priya", "xenia", "alma"])
def test_others_have_no_such_list(world: World, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(world.cast, who)).get(reverse("todo")).status_code == 403


def test_nobody_looks_before_they_sign_in(world: World) -> None:
    assert Client().get(reverse("todo")).status_code == 302


def test_marketing_answers_from_the_list_and_gets_the_list_back(
    world: World, three: tuple[Lead, ...], sign_in: SignIn
) -> None:
    asked, _, _ = three
    mara = sign_in(world.cast.mara)
    dialog = mara.get(reverse("lead_answer", args=[asked.pk]), {"from": "todo"}, headers={"HX-Request": "true"})
    assert "Which site?" in dialog.content.decode()
    empty = mara.post(reverse("lead_answer", args=[asked.pk]), {"from": "todo", "words": " "})
    assert empty.status_code == 422
    sent = {"from": "todo", "words": "Graz"}
    done = mara.post(reverse("lead_answer", args=[asked.pk]), sent, headers={"HX-Request": "true"})
    assert 'id="todo"' in done.content.decode()
    assert "2 leads wait for marketing" in done.content.decode()
    assert Question.objects.get().answer == "Graz"
    assert not Clock.objects.exclude(paused_at=None).exists()


def test_sales_asks_from_the_queue_and_sees_that_its_clocks_stand_still(world: World, sign_in: SignIn) -> None:
    lead = world.offered()
    sales = sign_in(owner(lead))
    assert sales.get(reverse("lead_ask", args=[lead.pk])).status_code == 200
    sent = {"from": "queue", "words": "Which site?"}
    done = sales.post(reverse("lead_ask", args=[lead.pk]), sent, headers={"HX-Request": "true"})
    assert "On hold: you await marketing's answer to “Which site?”" in done.content.decode()
    page = sales.get(reverse("lead", args=[lead.pk])).content.decode()
    assert "The clocks of sales are on hold until marketing answers" in page
    assert "Ask for more" not in page
    answering = sign_in(world.cast.mara).get(reverse("lead", args=[lead.pk])).content.decode()
    assert reverse("lead_answer", args=[lead.pk]) in answering


def test_the_agency_logs_a_try_on_what_is_lent_to_it(three: tuple[Lead, ...], world: World, sign_in: SignIn) -> None:
    asked, _, back = three
    alma = sign_in(world.cast.alma)
    sent = {"from": "lead", "tried": "no_answer", "action_id": str(uuid.uuid4())}
    assert alma.post(reverse("lead_touch", args=[asked.pk]), sent).status_code == 404
    assert alma.post(reverse("lead_touch", args=[back.pk]), sent).status_code == 302
    assert Attempt.objects.get().lead_id == back.pk


def test_the_agency_logs_what_came_of_a_call_from_its_list_in_two_taps(
    three: tuple[Lead, ...], world: World, sign_in: SignIn
) -> None:
    back = three[2]
    alma, touch = sign_in(world.cast.alma), reverse("lead_touch", args=[back.pk])
    listed = alma.get(reverse("queue")).content.decode()
    assert f'data-called="{touch}?from=lent&amp;called=1"' in listed
    assert "tried" not in listed
    dialog = alma.get(touch, {"from": "lent", "called": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert f"How did it go with {back.person}?" in dialog
    assert 'hx-target="#lent"' in dialog
    sent = {"from": "lent", "tried": "no_answer", "action_id": str(uuid.uuid4())}
    done = alma.post(touch, sent, headers={"HX-Request": "true"}).content.decode()
    assert 'id="lent"' in done
    assert "tried 1 time, last" in done
    assert "<html" not in done
    plain = alma.post(touch, {**sent, "action_id": str(uuid.uuid4())})
    assert (plain.status_code, plain.headers["Location"]) == (302, reverse("queue"))
    assert Attempt.objects.filter(lead=back, by=world.cast.alma).count() == 2
