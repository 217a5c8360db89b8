"""Makes the tables of ``accord.insight.credit`` of the warehouse, and writes down what they say otherwise now."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Max

from accord.insight.credit import Measure, Scope, models_of
from accord.insight.credit.crediting import Progress, counting, credit
from accord.insight.credit.ground import Ground
from accord.insight.credit.months import first_day, month_number
from accord.insight.credit.restating import MOST, TERMS, UPDATED, Agreed, Restated, restated
from accord.insight.credit.store import SHELF, Edition
from accord.insight.editions.writing import write
from accord.insight.engines import Opened
from accord.insight.engines.duck_files import DuckFiles
from accord.insight.engines.opening import DUCKDB, open_version
from accord.insight.warehouse import Version
from accord.rules import instant
from accord.server.credit.models import Restatement
from accord.server.credit.terms import Law, law
from accord.server.pipeline.rates import rates, rates_known
from accord.server.warehouse.folder import folder
from accord.server.warehouse.one_writer import CREDIT, one_writer
from accord.server.warehouse.star import current_of_this_star, fingerprint

MEMORY = "4GB"
"""What DuckDB may take for it, which is more than for a page."""


def is_due(now: datetime) -> bool:
    """Return whether the warehouse, or the terms, are newer than the tables, and these may be made again already."""
    version, edition = current_of_this_star(folder()), SHELF.current(folder())
    if version is None:
        return False
    if (
        edition is None
        or (edition.terms, edition.rates, edition.counting) != (law().text, rates_known(), _counting())
        or not edition.is_of(version)
    ):
        return True
    return edition.may_be_followed(version, now)


def make(progress: Progress = lambda *_: None, url: str = DUCKDB) -> Edition | None:
    """Make the tables of the version that counts, and let them count; None where this Accord has no warehouse yet.

    Args:
        progress: Told how far it is.
        url: The engine that is asked, as ``open_version`` has it. The tables are the same on each.

    Raises:
        WarehouseError: ``warehouse.busy`` if they are being made already.
        InsightError: As ``open_version``.
    """
    started = time.perf_counter()
    with one_writer(CREDIT, "accord-credit", "credit is being given already"):
        version = current_of_this_star(folder())
        if version is None:
            return None
        return _made(version, started, progress, url)


def _counting() -> str:
    """Return what tells the definitions of credit, and of the rows that it is made of, from any other."""
    return f"{counting()}-{fingerprint()}"


def _opened(url: str, version: Version) -> Opened:
    if url == DUCKDB:
        return DuckFiles(folder(), version, memory=MEMORY)
    return open_version(url, folder(), version)


def _made(version: Version, started: float, progress: Progress, url: str) -> Edition:
    before, by, known = SHELF.current(folder()), law(), rates_known()
    with _opened(url, version) as warehouse:
        tables = credit(warehouse, _ground(warehouse, by), progress)
    number = _next_number()
    edition = Edition(
        number=number,
        at_us=version.at_us,
        version=version.number,
        token=version.made_of.get("token", ""),
        database=version.made_of.get("database", ""),
        terms=by.text,
        model=by.terms.model,
        models=models_of(by.terms),
        scope=by.terms.touches_of,
        rates=known,
        counting=_counting(),
        currency=by.currency,
        seconds=0.0,
        files=write(SHELF.folder(folder()), number, tables.items()),
    )
    if before is not None and before.database == edition.database:
        _write_down(before, edition, tables, by)
    edition = replace(edition, seconds=round(time.perf_counter() - started, 3))
    SHELF.switch(folder(), edition)
    return edition


def _next_number() -> int:
    """Return a number that no edition had: a month is restated once for each."""
    told = Restatement.objects.aggregate(last=Max("edition"))["last"] or 0
    return max(SHELF.last_number(folder()), told) + 1


def _ground(warehouse: Opened, by: Law) -> Ground:
    """Return by what credit is given, with the rates of all days, in whatever zone these begin."""
    rows = warehouse.ask(_AMOUNTS, {})
    currencies = {currency for currency, _, _ in rows}
    today = datetime.now(UTC).date()
    days = [instant(at).date() for _, *ends in rows for at in ends if at is not None] or [today]
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    return Ground(by.terms, rates(by.currency, currencies, first, last), by.zone)


_AMOUNTS = """
SELECT
    d.currency AS currency,
    MIN(COALESCE(d.closed_us, d.opened_us)) AS first_us,
    MAX(COALESCE(d.closed_us, d.opened_us)) AS last_us
FROM deals AS d
GROUP BY d.currency
UNION ALL
SELECT c.currency AS currency, MIN(c.day) * 86400000000 AS first_us, MAX(c.day) * 86400000000 AS last_us
FROM costs AS c
GROUP BY c.currency
"""


def _write_down(before: Edition, after: Edition, tables: Mapping[str, pa.Table], by: Law) -> None:
    """Keep what is said of months that were over, and was said otherwise; in another currency nothing compares."""
    earlier = _tables(before)
    if earlier is None or before.currency != after.currency:
        return
    found = restated(
        earlier,
        tables,
        until=month_number(instant(before.at_us).astimezone(by.zone).date()),
        was=_agreed(before),
        now=_agreed(after),
        why=_why(before, after),
    )
    # Killed after this and before the edition counts, it is compared again, and said once all the same.
    Restatement.objects.bulk_create(_rows(found, before, after), ignore_conflicts=True)


def _agreed(edition: Edition) -> Agreed:
    return Agreed(edition.model, Scope(edition.scope))


def _why(before: Edition, after: Edition) -> str:
    if before.counting != after.counting:
        return UPDATED
    return TERMS if before.terms != after.terms else ""


def _tables(edition: Edition) -> Mapping[str, pa.Table] | None:
    try:
        files = {name: SHELF.folder(folder()) / edition.files[name] for name in ("won", "credited", "spent")}
        some = [("scope", "=", edition.scope), ("measure", "=", Measure.REVENUE.value)]  # all that is compared
        return {name: pq.read_table(file, filters=some if name == "credited" else None) for name, file in files.items()}
    except FileNotFoundError:
        return None


def _rows(found: Sequence[Restated], before: Edition, edition: Edition) -> list[Restatement]:
    return [
        Restatement(
            at=instant(edition.at_us),
            database=edition.database,
            edition=before.number,
            month=first_day(each.month),
            what=each.what,
            currency=edition.currency,
            before=each.before,
            after=each.after,
            why=each.why[:300],
            details=[asdict(detail) for detail in each.details[:MOST]],
            left_out=max(len(each.details) - MOST, 0),
        )
        for each in found
    ]
