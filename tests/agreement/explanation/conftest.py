"""A small agreement, and leads at ten o'clock on a Monday in Berlin."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accord.agreement import Agreement, Stage, read
from accord.agreement.explanation import Situation
from accord.rules import Facts, Timeline, Touchpoint, Value

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 2, 10, tzinfo=BERLIN)

Did = tuple[timedelta, str, Mapping[str, Value]]
Lead = Callable[..., Situation]


@pytest.fixture(scope="session")
def law() -> Agreement:
    loaded = read(Path(__file__).parent / "agreement.yaml")
    assert loaded.agreement is not None, loaded.issues
    return loaded.agreement


def ago(event: str, properties: Mapping[str, Value] | None = None, **time: float) -> Did:
    """Something that happened so long before ``AT``."""
    return timedelta(**time), event, properties or {}


def touchpoints(did: tuple[Did, ...]) -> tuple[Touchpoint, ...]:
    return tuple(
        Touchpoint(str(place), event, AT - before, properties)
        for place, (before, event, properties) in enumerate(did, start=1)
    )


@pytest.fixture
def lead(law: Agreement) -> Lead:
    def made(
        *did: Did,
        stage: Stage | None = Stage.LEAD,
        colleagues: Mapping[str, tuple[Did, ...]] | None = None,
        handed_over: bool = False,
        **fields: Value,
    ) -> Situation:
        known = {name.replace("_", ".", 1): value for name, value in fields.items()}
        others = {name: Timeline(touchpoints(of)) for name, of in (colleagues or {}).items()}
        return Situation(law, Facts(known, touchpoints(did), others, BERLIN), AT, stage, handed_over)

    return made
