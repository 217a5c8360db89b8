"""Judging every lead again in one go, beside what its row says: both as of one instant, lead by lead."""

from dataclasses import dataclass
from datetime import datetime

from accord.agreement import Agreement
from accord.insight.engines.duck import DuckDB
from accord.insight.judging import BatchJudgement
from accord.insight.judging.batch import judge_leads
from accord.server.backtests import sources
from accord.server.backtests.live import Live, rows
from accord.server.backtests.snapshot import Progress, take, working_folder

MEMORY = "4GB"


@dataclass(frozen=True, slots=True)
class Rejudged:
    """Every judged lead, twice.

    Attributes:
        at: The instant as of which the data were read.
        pairs: Its row, and what judging it again says; None if that says nothing of it.
        due: How many open leads were left out, since they are to be judged anyway.
    """

    at: datetime
    pairs: tuple[tuple[Live, BatchJudgement | None], ...]
    due: int


def rejudge(law: Agreement, since: datetime, at: datetime, progress: Progress = lambda *_: None) -> Rejudged:
    """Judge every lead again by the agreement that has been in force ``since``, each at the instant at which it was."""
    with working_folder() as folder, DuckDB(memory_limit=MEMORY, folder=folder) as engine:
        snapshot = take(
            engine,
            [law],
            folder,
            standings=sources.standings(since, at),
            beside={"live": sources.live(since, at), "due": sources.due(since, at)},
            progress=progress,
        )
        judged = {each.lead_id: each for each in judge_leads(engine, law, lambda step: progress(step, 0.0))}
        pairs = tuple((live, judged.get(live.lead_id)) for live in rows(folder / "live.csv"))
    return Rejudged(snapshot.at, pairs, snapshot.rows["due"])
