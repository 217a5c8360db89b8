"""A whole backtest: asked on the page, carried out by the worker, read on the page; and on the command line."""

import json
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.urls import reverse
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.cli.backtest import backtest
from accord.insight.backtest import Fate
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.backtests.models import Backtest, BacktestPerson
from accord.server.backtests.replay import Asked, Replayed, replay
from accord.server.backtests.services import (
    MOST_AT_ONCE,
    MOST_BEGINNINGS,
    BacktestError,
    Wish,
    ask,
    check_days,
    run_waiting,
)
from accord.server.backtests.snapshot import working_folder
from accord.server.handoffs.decisions import accept, fill_in, reject
from accord.server.pipeline.models import Lead

pytestmark = pytest.mark.django_db(transaction=True)
"""A snapshot is taken through a connection of its own, which sees only what is committed."""

TEXT = AGREEMENT.read_text(encoding="utf-8")
LOOSER = TEXT.replace("at_least: 50\n", "at_least: 40\n")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)


@pytest.fixture
def past(world: World) -> dict[str, Lead]:
    """Two weeks. By revision 1 "both" and "late" are handed over, by the looser draft "45" as well.

    "late" had 30 people on Monday and 60 from Wednesday on; "small" never has enough; "old" was handed over before.
    """
    made = {"old": world.offered(MONDAY - 7 * DAY)}
    made["both"] = world.offered(MONDAY)
    made["45"] = world.mql(MONDAY, employees=45)
    made["small"] = world.mql(MONDAY, employees=10)
    made["late"] = world.mql(MONDAY, employees=30)
    for lead in made.values():
        lead.refresh_from_db()
    assert made["both"].owner is not None
    accept(made["both"].pk, by=made["both"].owner, at=MONDAY + DAY)
    assert made["old"].owner is not None
    reject(made["old"].pk, reason="wrong_size", by=made["old"].owner, at=MONDAY + DAY)
    fill_in(made["late"].pk, {"company.employees": "60"}, by=world.cast.mara, at=MONDAY + 2 * DAY)
    return made


def asked(world: World, text: str = LOOSER) -> Backtest:
    revision = Revision.objects.get()
    return ask(
        Wish(text, "looser.yaml", None, revision, FIRST, LAST, capacity=1), by=world.cast.olga, at=MONDAY + 20 * DAY
    )


def test_it_says_who_would_have_been_handed_over_when_by_what_was_known_then(
    world: World, past: dict[str, Lead]
) -> None:
    one = asked(world)
    assert run_waiting() == 1
    one.refresh_from_db()
    assert (one.status, one.error) == ("done", "")
    people = {row.person_id: row for row in BacktestPerson.objects.all()}
    assert set(people) == {past[name].person_id for name in ("both", "45", "late")}
    both, only, late = (people[past[name].person_id] for name in ("both", "45", "late"))
    assert (both.fate, both.draft_at, both.other_at) == (Fate.SAME, MONDAY, MONDAY)
    assert both.accepted_at == MONDAY + DAY
    assert (only.fate, only.draft_at, only.other_at) == (Fate.ONLY_DRAFT, MONDAY, None)
    assert (late.fate, late.draft_at, late.other_at) == (Fate.SAME, MONDAY + 2 * DAY, MONDAY + 2 * DAY)


def test_the_page_shows_the_answer(world: World, past: dict[str, Lead]) -> None:
    one = asked(world)
    run_waiting()
    client = Client()
    client.force_login(world.cast.sven)
    page = client.get(reverse("backtest", args=[one.pk])).content.decode()
    assert "Under this draft sales would have received 3 leads, 1 more than under revision 1." in page
    assert "In 1 of 2 weeks the draft hands over more than sales can take." in page
    assert reverse("lead", args=[past["45"].pk]) in page


def test_one_that_was_under_way_when_its_worker_died_is_begun_anew(world: World, past: dict[str, Lead]) -> None:
    one = asked(world)
    Backtest.objects.filter(pk=one.pk).update(status="running", doing="Copying people")
    BacktestPerson.objects.create(
        backtest=one, person=past["small"].person, fast_lane=False, rejected=False, revenue_cents=0
    )
    run_waiting()
    one.refresh_from_db()
    assert one.status == "done"
    assert one.people.count() == 3


def test_one_that_takes_its_worker_down_again_and_again_is_given_up(
    world: World, past: dict[str, Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly, sound = asked(world), asked(world, TEXT)

    class KilledError(BaseException):
        """What a process does not survive."""

    def replayed(wish: Asked, progress: Any) -> Replayed:
        if wish.other is None or wish.draft.outcome_fingerprint != wish.other.outcome_fingerprint:
            raise KilledError
        return replay(wish, progress)

    monkeypatch.setattr("accord.server.backtests.replay.replay", replayed)
    for _ in range(MOST_BEGINNINGS):
        with pytest.raises(KilledError):
            run_waiting()
    run_waiting()
    deadly.refresh_from_db()
    sound.refresh_from_db()
    assert (deadly.status, sound.status) == ("failed", "done")
    assert deadly.error == "its worker ended 3 times while it ran; try fewer days, or give the worker more memory"


@pytest.mark.parametrize("goes_wrong", [False, True])
def test_one_that_another_worker_took_over_is_left_to_it(
    world: World, past: dict[str, Lead], monkeypatch: pytest.MonkeyPatch, goes_wrong: bool
) -> None:
    """A worker that was too busy to show that it is alive comes to its end when another has come to it already."""
    first = [True]

    def replayed(wish: Asked, progress: Any) -> Replayed:
        if first:
            first.pop()
            assert run_waiting() == 1
            if goes_wrong:
                raise OSError
        return replay(wish, progress)

    monkeypatch.setattr("accord.server.backtests.replay.replay", replayed)
    backtest = asked(world)
    assert run_waiting() == 0
    backtest.refresh_from_db()
    assert (backtest.status, backtest.error, backtest.begun) == ("done", "", 2)
    assert backtest.people.count() > 0


def test_what_a_dead_process_left_in_the_working_folder_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left = tmp_path / "work" / "history-left"
    left.mkdir(parents=True)
    (left / "people.csv").touch()
    long_ago = time.time() - 3600
    with working_folder() as first:
        assert left.exists()  # just made: somebody may be about to use it
        for folder in (left, first):
            os.utime(folder, (long_ago, long_ago))
        with working_folder() as second:
            assert {each.name for each in (tmp_path / "work").iterdir()} == {first.name, second.name}


def test_one_that_fails_says_why_and_holds_up_no_other(world: World, past: dict[str, Lead]) -> None:
    broken, sound = asked(world), asked(world, TEXT)
    Backtest.objects.filter(pk=broken.pk).update(draft_text="accord: 2\n")
    assert run_waiting() == 2
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.status, sound.status) == ("failed", "done")
    assert "looser.yaml" in broken.error
    assert asked(world).pk != broken.pk


def test_nobody_can_fill_the_queue_alone(world: World, past: dict[str, Lead]) -> None:
    def ask_for(capacity: int, by: User) -> Backtest:
        wish = Wish(LOOSER, "looser.yaml", None, Revision.objects.get(), FIRST, LAST, capacity)
        return ask(wish, by=by, at=MONDAY + 20 * DAY)

    for capacity in range(MOST_AT_ONCE):
        ask_for(capacity, world.cast.olga)
    with pytest.raises(BacktestError, match="5 backtests of yours are still to be carried out") as refused:
        ask_for(100, world.cast.olga)
    assert refused.value.code == "backtest.too_many"
    assert ask_for(3, world.cast.olga).capacity == 3  # one of those that wait
    assert ask_for(100, world.cast.mara).status == "waiting"
    run_waiting()
    assert ask_for(101, world.cast.olga).status == "waiting"


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(1, 1, 1), date(1, 2, 1)), (date(9999, 1, 1), date(9999, 12, 31)), (date(2021, 1, 1), date(2026, 2, 1))],
)
def test_days_on_which_nothing_can_have_happened_are_refused(first: date, last: date) -> None:
    with pytest.raises(BacktestError, match="is no time to look at"):
        check_days(first, last)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "cannot use its working folder (No space left on device)"),
        (KeyError("SELECT secret FROM inside"), "an error that nobody foresaw; the worker's log tells more"),
    ],
)
def test_what_went_wrong_inside_is_said_for_people(
    world: World, past: dict[str, Lead], monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fails(*_: object) -> None:
        raise error

    one = asked(world)
    monkeypatch.setattr("accord.server.backtests.replay.replay", fails)
    run_waiting()
    one.refresh_from_db()
    assert one.status == "failed"
    assert said in one.error
    assert "SELECT" not in one.error


def test_a_true_answer_is_given_again_until_something_happens(world: World, past: dict[str, Lead]) -> None:
    one = asked(world)
    run_waiting()
    assert asked(world).pk == one.pk
    world.lead()
    assert asked(world).pk != one.pk


class TestCommand:
    @pytest.fixture(autouse=True)
    def here(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
        monkeypatch.chdir(tmp_path)
        Path("looser.yaml").write_text(LOOSER, encoding="utf-8")
        Path("same.yaml").write_text(TEXT, encoding="utf-8")

    def run(self, *words: str) -> Result:
        days = ("--from", f"{FIRST}", "--to", f"{LAST}")
        return CliRunner().invoke(backtest, [*words, *days], catch_exceptions=False, env={"COLUMNS": "140"})

    def test_it_prints_weeks_totals_and_names(self, past: dict[str, Lead]) -> None:
        said = self.run("looser.yaml", "--capacity", "1")
        assert said.exit_code == 0
        assert "Under this draft sales would have received 3 leads, 1 more than under revision 1." in said.output
        assert "Only under the draft: 1" in said.output
        assert f"{past['45'].person}, {past['45'].person.company}" in said.output
        assert "2026-03-02" in said.output
        assert "Precision" in said.output

    def test_json_has_every_instant(self, past: dict[str, Lead]) -> None:
        found: dict[str, Any] = json.loads(self.run("looser.yaml", "--json").output)
        assert (found["draft"]["people"], found["other"]["people"]) == (3, 2)
        assert [week["draft"] for week in found["weeks"]] == [3, 0]
        assert found["fates"] == {"only_draft": 1, "only_other": 0, "same": 2, "earlier": 0, "later": 0}
        assert {row["person_id"] for row in found["handed_over"]} == {
            past[name].person_id for name in ("both", "45", "late")
        }

    @pytest.mark.parametrize("against", ["in-force", "1", "same.yaml"])
    def test_it_compares_with_what_is_named(self, past: dict[str, Lead], against: str) -> None:
        found = json.loads(self.run("looser.yaml", "--against", against, "--json").output)
        assert (found["draft"]["people"], found["other"]["people"]) == (3, 2)

    def test_it_can_stand_alone(self, past: dict[str, Lead]) -> None:
        said = self.run("looser.yaml", "--against", "nothing").output
        assert "Under this draft sales would have received 3 leads." in said

    def test_a_broken_draft_is_refused_with_all_its_errors(self, past: dict[str, Lead]) -> None:
        broken = TEXT.replace("field: company.employees", "field: company.staff").replace("DE-BY", "DE-XX")
        Path("broken.yaml").write_text(broken, encoding="utf-8")
        said = self.run("broken.yaml")
        assert said.exit_code == 1
        assert "company.staff" in said.output
        assert "DE-XX" in said.output

    def test_a_file_that_cannot_be_read_is_said(self, past: dict[str, Lead]) -> None:
        assert self.run("nowhere.yaml").exit_code == 2
