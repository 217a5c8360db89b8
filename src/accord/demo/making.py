"""Making the demo: the world, its stories, and the year, from an empty database to a complete one."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app

from accord.demo import days, state, story, world
from accord.demo.replay import Replay
from accord.demo.world import DemoError, Progress

AGREEMENT = Path(__file__).parents[3] / "examples" / "northwind" / "agreement.yaml"
SEED = 11
LEADS = 1200
DAYS = 365


@dataclass(frozen=True, slots=True)
class Wish:
    """Which demo to make.

    Attributes:
        end: The present: the last instant of the year.
        seed: The same seed and end make the same demo.
        leads: How many people appear.
        days: How many days the year has.
        agreement: The file that both sides sign.
    """

    end: datetime
    seed: int = SEED
    leads: int = LEADS
    days: int = DAYS
    agreement: Path = AGREEMENT


class _Nobody(BaseConnector):
    """Takes the calls that wake the background jobs: the replay itself does their work, at its own time."""

    def get_sync_connector(self) -> BaseConnector:
        return self

    def execute_query_all(self, query: str, **arguments: object) -> list[dict[str, object]]:
        return [{"id": 1}]


def make(wish: Wish, progress: Progress = lambda what, done: None) -> Replay:
    """Make a demo in an empty database and return how it went.

    Raises:
        DemoError: The database is in use or holds something, or leadforge or the agreement is missing.
    """
    if not wish.agreement.is_file():
        raise DemoError(
            "demo.no_agreement", f"{wish.agreement} is not there", hint="run the demo from a checkout of Accord"
        )
    if (found := state.state()) is not state.State.EMPTY:
        raise DemoError("demo.not_empty", f"the database is not empty but holds a {found} already")
    state.ensure_alone()
    state.begin(wish.end)
    progress("making up people", 0.0)
    span = days.year(wish.seed, wish.end, wish.days)
    stories = story.tell(world.make(wish.seed, wish.leads), span, wish.seed)
    with _quickly(), app.replace_connector(_Nobody()):
        replay = Replay(stories, span, wish.seed, wish.agreement)
        replay.run(progress)
    state.complete(wish.end)
    return replay


@contextmanager
def _quickly() -> Iterator[None]:
    """Spare the commits the wait for the disk: a demo that is cut off is made anew anyway."""
    gc.collect()
    gc.freeze()
    often = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:  # by now it may be another connection
            cursor.execute("RESET synchronous_commit")
        gc.set_threshold(*often)
        gc.unfreeze()
