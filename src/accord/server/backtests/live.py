"""What the rows of leads say, as a snapshot copied it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Live:
    """What the row of a lead says.

    Attributes:
        stage: Where it stands now.
        judged_stage: Where it stood once it had been judged, by its history.
        last_stage: Where it stands by its history.
        just_ready: It became ready when it was judged.
        handed_over: It was offered to sales, be it since it was judged.
    """

    lead_id: int
    fit: int
    engagement: int
    grade: str
    stage: str
    judged_stage: str
    last_stage: str
    held_for: tuple[str, ...]
    ready: bool
    just_ready: bool
    handed_over: bool


def rows(path: Path) -> Iterator[Live]:
    """Yield the leads of a file that holds the rows of ``sources.live``, by id."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Live(
                lead_id=int(row["lead_id"]),
                fit=int(row["fit"]),
                engagement=int(row["engagement"]),
                grade=row["grade"],
                stage=row["stage"],
                judged_stage=row["judged_stage"],
                last_stage=row["last_stage"],
                held_for=tuple(json.loads(row["held_for"])),
                ready=row["ready"] == "t",
                just_ready=row["just_ready"] == "t",
                handed_over=row["handed_over"] == "t",
            )
