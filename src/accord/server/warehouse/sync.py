"""Bringing the warehouse up to date: exactly the rows that changed, as of one moment, seen by readers in one step.

A sync goes like this, and may be killed anywhere:

1. In one transaction that sees one moment, it reads which changes are seen now and were not at the version's horizon,
   and the rows of the star that they concern.
2. These rows are written to the Delta tables, beside the files of the version that counts.
3. ``warehouse.json`` names the new version. From here on it counts, and not before.
4. The changes that are in it are deleted.

Killed before 3, the version that counted still does, its changes are still there, and the next sync sees them again;
killed before 4, they are not seen again, since the new horizon has them.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from accord.insight.engines.lake import Lake
from accord.insight.warehouse import TABLES, Held, Version, current, switch
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.folder import folder, place
from accord.server.warehouse.one_writer import WAREHOUSE, one_writer
from accord.server.warehouse.origin import Connection, database
from accord.server.warehouse.reading import Moment, forget, this_moment
from accord.server.warehouse.star import fingerprint

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it, from 0 to 1."""

GONE_AFTER = timedelta(minutes=15)
"""A warehouse elsewhere that nobody has brought up to date for so long is given up, and made anew here."""
FORGET_EVERY = 20
"""Old files are looked for with every version whose number divides by it."""

_KEEP = """
INSERT INTO warehouse_keeping (id, token, place, number, synced_at)
VALUES (1, %(token)s, %(place)s, %(number)s, now())
ON CONFLICT (id) DO UPDATE SET token = %(token)s, place = %(place)s, number = %(number)s, synced_at = now()
"""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did.

    Attributes:
        version: The version that counts now.
        rebuilt: Why everything was read anew; empty: it was not.
        rows: How many rows of the star were looked at, by table.
        seconds: How long it took.
    """

    version: Version
    rebuilt: str
    rows: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """The warehouse that this database tells of its changes; the row of ``Keeping``."""

    token: str
    place: str
    number: int
    silent: timedelta


def sync(progress: Progress = lambda *_: None, *, anew: str = "") -> Synced:
    """Bring the warehouse up to date; where it cannot be, make it anew.

    Args:
        progress: Told how far it is; a small sync says nothing.
        anew: Why everything is to be read anew, wherever the warehouse was until now; empty: only if there is a reason.

    Raises:
        WarehouseError: ``warehouse.busy``, ``warehouse.elsewhere`` or ``warehouse.folder``.
    """
    started = time.perf_counter()
    busy = "the warehouse is being brought up to date already"
    with one_writer(WAREHOUSE, "accord-warehouse", busy) as connection, _writing():
        before, kept = current(folder()), _kept(connection)
        why = anew or reason_to_rebuild(before, kept, connection)
        if not why and before is not None:
            followed = _follow(connection, before)
            if not isinstance(followed, str):
                version, rows = followed
                _settle(connection, version)
                return Synced(version, "", rows, time.perf_counter() - started)
            why = followed
        if not anew:
            _refuse_elsewhere(kept)
        version = _rebuild(connection, before, progress)
        _settle(connection, version)
        rows = {name: held.rows for name, held in version.tables.items()}
        return Synced(version, why, rows, time.perf_counter() - started)


def reason_to_rebuild(before: Version | None, kept: Kept | None, connection: Connection) -> str:
    """Return why a version cannot be brought up to date, so that everything must be read anew; empty: it can."""
    if before is None:
        return "there is none yet"
    if before.made_of.get("star") != fingerprint():
        return "it is of another version of Accord"
    if before.made_of.get("database") != database(connection):
        return "the database was restored, moved or taken over"
    if kept is None or before.made_of.get("token") != kept.token:
        return "another warehouse was told of the changes"
    if before.number < kept.number:
        return "the folder is older than the changes that are still known"
    lake = Lake(folder())
    if not all(lake.holds(TABLES[name], held) for name, held in before.tables.items()):
        return "files are missing"
    return ""


def _follow(connection: Connection, before: Version) -> tuple[Version, Mapping[str, int]] | str:
    """Return the next version, written, and how many rows it looked at; or why everything must be read instead."""
    number = before.number + 1
    with this_moment(connection) as moment:
        if why := moment.why_whole(before.horizon):
            return why
        changes = moment.changes(before.horizon)
        rows = {name: moment.rows(TABLES[name], ids) for name, ids in changes.items()}
    lake = Lake(folder())
    tables = {
        name: lake.replace(TABLES[name], before.tables[name], sorted(changes[name]), found, number)
        for name, found in rows.items()
    }
    version = Version(number, moment.at_us, moment.horizon, before.made_of, {**before.tables, **tables})
    return version, {name: len(ids) for name, ids in changes.items()}


def _rebuild(connection: Connection, before: Version | None, progress: Progress) -> Version:
    """Write a version of everything, under a new token: from now on the old one cannot be brought up to date."""
    token = str(uuid.uuid4())
    number = before.number + 1 if before is not None else 1
    _keep(connection, token, number)
    lake = Lake(folder())
    made_of = {"star": fingerprint(), "database": database(connection), "token": token}
    with this_moment(connection) as moment:
        tables = {name: _filled(lake, moment, name, number, progress) for name in TABLES}
    return Version(number, moment.at_us, moment.horizon, made_of, tables)


def _filled(lake: Lake, moment: Moment, name: str, number: int, progress: Progress) -> Held:
    table = TABLES[name]
    what, expected = f"Copying {name.replace('_', ' ')}", moment.expected(table)
    progress(what, 0.0)
    batches = moment.whole(table, lambda rows: progress(what, min(rows / expected, 1.0)))
    return lake.fill(table, batches, number)


def _settle(connection: Connection, version: Version) -> None:
    """Let a version count, and forget what is in it."""
    connection.execute("SELECT 1")  # whoever has lost the connection is the one writer no more
    switch(folder(), version)
    with connection.transaction():
        forget(connection, version.horizon)
        connection.execute(
            "UPDATE warehouse_keeping SET number = %s, place = %s, synced_at = now()", [version.number, place()]
        )
    if version.number % FORGET_EVERY == 0:
        lake = Lake(folder())
        for table in TABLES.values():
            lake.forget(table)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        folder().mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise WarehouseError(
            "warehouse.folder",
            f"the warehouse in {folder()} cannot be written: {error.strerror or error}",
            hint="set ACCORD_WAREHOUSE to a folder of yours with room in it; what was there before still counts",
        ) from error


def _kept(connection: Connection) -> Kept | None:
    row = connection.execute("SELECT token::text, place, number, now() - synced_at FROM warehouse_keeping").fetchone()
    return Kept(*row) if row else None


def _keep(connection: Connection, token: str, number: int) -> None:
    """Say that from now on the warehouse of this token is the one."""
    connection.execute(_KEEP, {"token": token, "place": place(), "number": number})


def _refuse_elsewhere(kept: Kept | None) -> None:
    """Refuse to take the changes away from a warehouse that somebody else keeps up to date."""
    if kept is not None and kept.place != place() and kept.silent < GONE_AFTER:
        raise WarehouseError(
            "warehouse.elsewhere",
            f"the warehouse of this database is kept at {kept.place}",
            hint="let ACCORD_WAREHOUSE name a folder that all machines share, or move it: accord warehouse rebuild",
        )
