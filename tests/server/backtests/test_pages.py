"""The pages of backtests: asking, watching, and what came out."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.insight import Period
from accord.insight.backtest import (
    Caution,
    ClauseWeight,
    Comparison,
    Fate,
    HandoversOf,
    Share,
    WeekOfHandovers,
    Weights,
    Without,
)
from accord.server.agreements.models import Revision
from accord.server.backtests.models import Backtest, BacktestPerson
from accord.server.backtests.results import restored, stored
from accord.server.backtests.services import data_mark
from accord.server.pipeline.models import Lead

TEXT = AGREEMENT.read_text(encoding="utf-8")
FIRST, LAST = date(2026, 2, 2), date(2026, 2, 18)
PERIOD = Period(FIRST, LAST + timedelta(days=1), ZoneInfo("Europe/Berlin"))
ASKED = {"draft": "1", "against": "1", "first": "2026-02-02", "last": "2026-02-18", "capacity": "3"}


def handovers(people: int, **more: Any) -> HandoversOf:
    return HandoversOf(
        **{
            "people": people,
            "by_fast_lane": 1,
            "before": 0,
            "accepted": 2,
            "rejected": 1,
            "undecided": 0,
            "never_offered": 1,
            "won": 1,
            "revenue_cents": 1234500,
            "precision": Share(2, 3),
            "recall": Share(2, 4),
            "recall_won": Share(0, 0),
            **more,
        }
    )


COMPARISON = Comparison(
    period=PERIOD,
    people=40,
    draft=handovers(4),
    other=handovers(2),
    weeks=(
        WeekOfHandovers(date(2026, 2, 2), 7, 4, 1, 3),
        WeekOfHandovers(date(2026, 2, 9), 7, 0, 1, 3),
        WeekOfHandovers(date(2026, 2, 16), 3, 0, 0, 1),
    ),
    fates={Fate.ONLY_DRAFT: 3, Fate.ONLY_OTHER: 1, Fate.SAME: 1},
    cautions=(Caution("backtest.few_outcomes", "only 3 decisions: shares of so few say little", "", 3),),
)
WEIGHTS = Weights(40, 40, (ClauseWeight("criteria.right_company", Without.ALWAYS_TRUE, 7, 0, 0),))


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.xenia)
    return client


@pytest.fixture
def done(world: World) -> Backtest:
    """One against revision 1: three only under the draft, one only under revision 1, one both."""
    leads = [world.lead(source="trade_fair" if n < 2 else "web") for n in range(5)]
    backtest = Backtest.objects.create(
        draft_text=TEXT,
        draft_name="draft.yaml",
        draft_fingerprint="f" * 64,
        other=Revision.objects.get(),
        first=FIRST,
        last=LAST,
        capacity=3,
        asked_by=world.cast.olga,
        asked_at=MONDAY,
        status=Backtest.Status.DONE,
        data_mark=data_mark(),
        snapshot_at=MONDAY,
        finished_at=MONDAY,
        result=stored(COMPARISON, WEIGHTS),
    )
    fates = [Fate.ONLY_DRAFT, Fate.ONLY_DRAFT, Fate.ONLY_DRAFT, Fate.ONLY_OTHER, Fate.SAME]
    at = datetime(2026, 2, 3, 9, tzinfo=UTC)
    BacktestPerson.objects.bulk_create(
        BacktestPerson(
            backtest=backtest,
            person=lead.person,
            fate=fate,
            draft_at=None if fate is Fate.ONLY_OTHER else at + timedelta(days=n),
            other_at=at if fate in {Fate.ONLY_OTHER, Fate.SAME} else None,
            fast_lane=n == 0,
            accepted_at=at if n < 2 else None,
            rejected=n == 2,
            won_at=at if n == 1 else None,
            revenue_cents=1234500 if n == 1 else 0,
        )
        for n, (lead, fate) in enumerate(zip(leads, fates, strict=True))
    )
    return backtest


def opened(client: Client, backtest: Backtest, **query: str) -> str:
    return client.get(reverse("backtest", args=[backtest.pk]), query).content.decode()


def test_what_is_stored_comes_back_as_it_was() -> None:
    assert restored(stored(COMPARISON, WEIGHTS), PERIOD) == (COMPARISON, WEIGHTS)


def test_the_answer_stands_in_the_first_sentence(client: Client, done: Backtest) -> None:
    assert (
        "Under this draft sales would have received 4 leads, 2 more than under revision 1. 3 would have come only "
        "under this draft (2 from trade fair), 1 only under revision 1."
    ) in opened(client, done)


def test_warnings_come_before_numbers(client: Client, done: Backtest) -> None:
    page = opened(client, done)
    caution, weeks = page.index("Only 3 decisions"), page.index("Handed over")
    assert caution < weeks
    assert "In 1 of 3 weeks the draft hands over more than sales can take." in page
    assert "Something has happened since" not in page


def test_shares_say_of_how_many_and_none_is_a_dash(client: Client, done: Backtest) -> None:
    page = opened(client, done)
    assert "66.7 %" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "2 of 3" in page
    assert "0 of 0" in page


def test_every_bar_is_said_in_words_and_in_a_table(client: Client, done: Backtest) -> None:
    page = opened(client, done)
    assert "Week of 2 February 2026: 4 under the draft, 1 under the other; sales can take 3" in page
    assert "Week of 16 February 2026 (3 days of it): 0 under the draft" in page
    assert "The same as a table" in page


def test_people_are_listed_by_fate_with_their_lead(client: Client, done: Backtest) -> None:
    only_draft, only_other = opened(client, done), opened(client, done, who="only_other")
    leads = list(Lead.objects.order_by("pk"))
    assert [reverse("lead", args=[lead.pk]) in only_draft for lead in leads] == [True, True, True, False, False]
    assert [reverse("lead", args=[lead.pk]) in only_other for lead in leads] == [False, False, False, True, False]


def test_people_are_sorted_with_those_who_have_no_value_last(client: Client, done: Backtest) -> None:
    page = opened(client, done, who="all", sort="-draft")
    rows = sorted(done.people.all(), key=lambda row: (row.draft_at is not None, row.draft_at), reverse=True)
    places = [page.index(f">{row.person}</a>") for row in rows]
    assert places == sorted(places)
    assert rows[-1].fate == Fate.ONLY_OTHER


def test_a_clause_that_decides_is_said_in_english(client: Client, done: Backtest) -> None:
    page = opened(client, done)
    assert "If it were always met, 7 more people would be handed over." in page
    assert "50 or more staff" in page


def test_the_page_says_when_the_data_have_changed(client: Client, done: Backtest, world: World) -> None:
    world.lead()
    assert "Something has happened since" in opened(client, done)


def test_the_file_holds_everybody_in_the_zone_of_the_draft(client: Client, done: Backtest) -> None:
    person = done.people.get(fast_lane=True).person
    person.name = "=1+1"
    person.save()
    answer = client.get(reverse("backtest-people", args=[done.pk]), {"who": "all", "sort": "draft"})
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5
    assert rows[0]["Person"] == "'=1+1"
    assert rows[0]["Under the draft (Europe/Berlin)"] == "2026-02-03 10:00:00"
    assert (rows[0]["Fast lane"], rows[0]["Compared"]) == ("yes", "only under the draft")
    assert sorted(row["Won amount (EUR)"] for row in rows)[-1] == "12345.00"


def test_a_backtest_under_way_shows_what_it_does_and_looks_again(client: Client, done: Backtest) -> None:
    Backtest.objects.update(status="running", doing="Copying touchpoints", share=0.4, result=None)
    page = opened(client, done)
    assert "Copying touchpoints" in page
    assert 'hx-trigger="every 1s"' in page


def test_a_failed_one_says_why_and_offers_another_try(client: Client, done: Backtest) -> None:
    Backtest.objects.update(status="failed", error="the disk is full", result=None)
    page = opened(client, done)
    assert "the disk is full" in page
    assert reverse("backtest-again", args=[done.pk]) in page


def test_asking_makes_one_and_asking_again_finds_it(client: Client, world: World) -> None:
    first = client.post(reverse("backtest-new"), ASKED)
    assert first.status_code == 302
    again = client.post(reverse("backtest-new"), ASKED)
    assert again["Location"] == first["Location"]
    made = Backtest.objects.get()
    assert (made.status, made.capacity, made.first, made.last) == ("waiting", 3, FIRST, LAST)
    assert (made.revision, made.other) == (Revision.objects.get(), Revision.objects.get())
    world.lead()
    assert client.post(reverse("backtest-new"), ASKED)["Location"] != first["Location"]


def test_a_draft_of_ones_own_is_carried_through_the_form(client: Client) -> None:
    page = client.post(reverse("backtest-new"), {"text": TEXT, "file_name": "mine.yaml"}).content.decode()
    assert "The draft" in page
    asked = client.post(reverse("backtest-new"), {**ASKED, "draft": "draft", "text": TEXT, "file_name": "mine.yaml"})
    assert asked.status_code == 302
    made = Backtest.objects.get()
    assert (made.draft_name, made.revision, made.draft_text) == ("mine.yaml", None, TEXT)


def test_a_broken_draft_is_refused_with_all_that_is_wrong(client: Client) -> None:
    broken = TEXT.replace("company.employees", "company.employes", 2)
    answer = client.post(reverse("backtest-new"), {**ASKED, "draft": "draft", "text": broken})
    assert answer.status_code == 422
    assert answer.content.decode().count("employes") >= 1
    assert not Backtest.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"last": "2026-01-01"}, {"first": "x"}, {"capacity": "-1"}, {"draft": "99"}, {"against": "99"}]
)
def test_a_form_that_makes_no_sense_is_shown_again(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post(reverse("backtest-new"), {**ASKED, **wrong})
    assert answer.status_code == 422
    assert not Backtest.objects.exists()


def test_there_is_nothing_to_try_without_an_agreement(cast: Any) -> None:
    client = Client()
    client.force_login(cast.olga)
    assert "There is no agreement to try" in client.get(reverse("backtest-new")).content.decode()
    assert "Nothing has been tried yet" in client.get(reverse("backtests")).content.decode()


class TestAffected:
    def test_leads_are_counted_with_names_to_open(self, client: Client, world: World) -> None:
        lead = world.mql(datetime.now(UTC), employees=45)
        text = TEXT.replace("at_least: 50\n", "at_least: 40\n")
        page = client.post(reverse("affected"), {"text": text}).content.decode()
        assert "<strong>1</strong> of 1 open leads would stand differently than under revision 1." in page
        assert "would be handed over to sales" in page
        assert "would only have another grade" not in page
        assert reverse("lead", args=[lead.pk]) in page
        assert "Counted at" in page

    def test_a_revision_is_counted_by_its_number(self, client: Client, world: World) -> None:
        world.lead()
        page = client.post(reverse("affected"), {"revision": "1"}).content.decode()
        assert "None of 1 open leads would stand differently" in page

    def test_a_draft_with_errors_cannot_be_counted(self, client: Client) -> None:
        answer = client.post(reverse("affected"), {"text": "accord: 1\n"})
        assert answer.status_code == 422
        assert "Leads can be counted once" in answer.content.decode()


def test_days_that_cannot_be_are_said_beside_the_form_which_keeps_what_was_typed(client: Client) -> None:
    answer = client.post(reverse("backtest-new"), {**ASKED, "first": "2001-01-01", "capacity": "17"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2001-01-01 to 2026-02-18 is no time to look at. Give the first day first, at most five years." in page
    assert 'value="17"' in page


def test_whoever_has_too_many_under_way_is_told_so_beside_the_form(client: Client) -> None:
    for capacity in range(5):
        assert client.post(reverse("backtest-new"), {**ASKED, "capacity": capacity}).status_code == 302
    answer = client.post(reverse("backtest-new"), {**ASKED, "capacity": 17})
    assert answer.status_code == 422
    assert "5 backtests of yours are still to be carried out" in answer.content.decode()


def test_whoever_watches_gets_the_whole_page_once_it_is_done(client: Client) -> None:
    client.post(reverse("backtest-new"), ASKED)
    one = Backtest.objects.get()
    watching = {"HX-Request": "true", "HX-Target": "backtest"}
    under_way = client.get(reverse("backtest", args=[one.pk]), headers=watching)
    assert "HX-Refresh" not in under_way.headers
    Backtest.objects.filter(pk=one.pk).update(status="failed", error="No memory")
    assert client.get(reverse("backtest", args=[one.pk]), headers=watching).headers["HX-Refresh"] == "true"
    assert "No memory" in client.get(reverse("backtest", args=[one.pk])).content.decode()
