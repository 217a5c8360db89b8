"""How the warehouse stands: its version, how fresh it is, and what waits for it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from accord.insight.warehouse import Version, current
from accord.rules import instant
from accord.server.warehouse.folder import folder
from accord.server.warehouse.models import Change, Keeping

LATE = timedelta(minutes=10)
"""The worker brings it up to date each minute."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the warehouse stands.

    Attributes:
        folder: Where it is.
        version: The one that counts; None: there is none.
        kept: What the database says of it; None: it has been told of none.
        waiting: Changes, of one statement each, that no version has yet.
        age: How old the version is; nothing where there is none.
    """

    folder: Path
    version: Version | None
    kept: Keeping | None
    waiting: int
    age: timedelta

    @property
    def at(self) -> datetime:
        """The instant as of which the version is."""
        if self.version is None:
            raise ValueError(self.folder)
        return instant(self.version.at_us)


def status() -> Status:
    """Return how the warehouse stands now."""
    version = current(folder())
    age = datetime.now(UTC) - instant(version.at_us) if version is not None else timedelta()
    return Status(folder(), version, Keeping.objects.first(), Change.objects.count(), age)
