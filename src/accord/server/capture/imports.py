"""Importing a file: all of its good rows in one transaction, or nothing.

Rows are read, checked one by one and copied into a staging table; the rest is set-based SQL, which stands in ``sql/``.
A process that dies on the way leaves nothing behind. Importing a file again changes nothing.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import DeadlockDetected
from psycopg.types.json import Jsonb

from accord.agreement import Agreement
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import RevisionError, in_force
from accord.server.capture.cells import CellError
from accord.server.capture.effects import keep_imported_phones, let_out_for_good, stop_clocks
from accord.server.capture.errors import ImportingError
from accord.server.capture.lost_deal import lost_deal
from accord.server.capture.mapping import FileMapping, load_mapping
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.capture.reading import open_table, sha256_of
from accord.server.capture.refusals import (
    SHOWN,
    ReportForm,
    Spool,
    refusal_in_words,
    refusal_of_cell,
    refusal_of_text,
    stored_cells,
    write_report,
)
from accord.server.capture.rows import Refusal, RowPlan, plan_rows
from accord.server.capture.table import Row, Table, Unreadable
from accord.server.capture.targets import WITHOUT_ID
from accord.server.handoffs.recycling import CAME_BACK_ENOUGH
from accord.server.pipeline.happenings import asks_for_colleagues
from accord.server.pipeline.services import BEFORE_FIRST_CONTACT, entry_stage
from accord.server.queue import wake

DEAL_LOST = "deal_lost"
"""The reason with which a lost deal of an import ends its lead; the agreement's own reasons are for people to give."""

STEP = 2_000
"""Rows between two words of progress."""

_WHO_LEADS_ARE = ("leads_known_as", "ids_known_as", "leads_whose")
_SCRIPTS = {
    "leads": ("duplicates", *_WHO_LEADS_ARE, "leads_companies", "leads_people", "leads", "review"),
    "touchpoints": ("duplicates", "emails_known_as", "ids_known_as", "touchpoints", "review"),
    "deals": ("duplicates", "emails_known_as", "deals", "deals_effects", "deals_leads"),
    "costs": ("costs",),
    "rates": ("rates",),
}

_CURRENCY_OF = {"deals": "deal.currency", "costs": "cost.currency", "rates": "rate.base"}
"""The target that says in which currency the money of a file is; the agreement says it where none is mapped."""

Progress = Callable[[str, int, float], None]
"""Told of each phase in words, how many rows it has gone through, and which share of the work of the phase that is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants imported, and how.

    Attributes:
        path: The file.
        kind: One of ``KINDS``; must be that of the mapping.
        mapping: Where the mapping stands.
        by: Whoever wants it; None: the software itself.
        strict: One refused row refuses the file.
        dry_run: Report what would happen, and leave everything as it was.
        report: Where refused rows are written; None: beside the file.
    """

    path: Path
    kind: str
    mapping: Path
    by: User | None = None
    strict: bool = False
    dry_run: bool = False
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file; ``rows`` is the sum of created, updated, unchanged and refused.

    Attributes:
        run: The key of the run; None for a dry run.
        first_refused: The first refused rows by line.
        flagged_lines: The lines of the rows that were imported and are odd: deals won before the first contact.
        report: Where the refused rows were written; None if there are none.
        seconds: How long it took.
    """

    run: int | None
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    flagged: int
    first_refused: tuple[Refusal, ...] = ()
    flagged_lines: tuple[int, ...] = ()
    report: Path | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _Work:
    """One import under way."""

    wish: Wish
    mapping: FileMapping
    cursor: CursorWrapper
    spool: Spool
    at: datetime
    currency: str | None
    colleagues: bool
    progress: Progress
    started: float = field(default_factory=time.monotonic)
    rows: int = 0
    form: ReportForm | None = None
    report: Path | None = None


def import_file(wish: Wish, at: datetime, progress: Progress = lambda *_: None) -> Imported:
    """Import a file and return what became of its rows.

    Args:
        wish: What and how.
        at: Now.
        progress: Told how far it is.

    Raises:
        MappingError: The mapping is wrong.
        ImportingError: The file cannot be read, or ``import.strict``, ``import.kind``, ``import.no_currency``,
            ``import.busy``. Nothing was stored.
    """
    agreement = _agreement()
    mapping = load_mapping(_mapping_text(wish.mapping), wish.mapping.name, agreement)
    if mapping.kind != wish.kind:
        raise ImportingError(
            "import.kind",
            f"{wish.mapping.name} is for {mapping.kind}, not for {wish.kind}",
            hint=f"accord import {mapping.kind}",
        )
    currency = agreement.currency if agreement else None
    colleagues = agreement is not None and asks_for_colleagues(agreement)
    if currency is None and _is_money_without_currency(mapping):
        name = _CURRENCY_OF[mapping.kind]
        raise ImportingError(
            "import.no_currency",
            f"no agreement is in force that says the currency of these {mapping.kind}",
            hint=f"map {name}, such as '{name}: {{constant: EUR}}'",
        )
    try:
        with transaction.atomic(), connection.cursor() as cursor, Spool() as spool:
            return _carry_out(_Work(wish, mapping, cursor, spool, at, currency, colleagues, progress))
    except IntegrityError as error:
        raise _busy(error) from error
    except Exception as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise _busy(error) from error
        raise


def _is_money_without_currency(mapping: FileMapping) -> bool:
    name = _CURRENCY_OF.get(mapping.kind)
    return name is not None and all(column.target.name != name for column in mapping.columns)


def _busy(error: Exception) -> ImportingError:
    return ImportingError(
        "import.busy",
        f"somebody changed the same people meanwhile ({' '.join(str(error).split())[:200]})",
        hint="nothing was imported; run it again",
    )


def _agreement() -> Agreement | None:
    try:
        return in_force().agreement
    except RevisionError:
        return None


def _mapping_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportingError("import.no_file", f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportingError("import.no_file", f"{path} is not UTF-8", hint="save the mapping as UTF-8") from error


def _carry_out(work: _Work) -> Imported:
    fingerprint = sha256_of(work.wish.path)
    _run_script(work, "start")
    _run_script(work, f"{work.mapping.kind}_staging")
    _stage(work)
    for number, name in enumerate(scripts := _SCRIPTS[work.mapping.kind]):
        work.progress("Storing", work.rows, number / len(scripts))
        _run_script(work, name)
        if name == "deals_effects":
            let_out_for_good(work.cursor)
    if work.mapping.kind == "leads":
        keep_imported_phones(work.cursor)
    if work.mapping.kind == "deals":
        stop_clocks(work.cursor, work.at)
    work.progress("Storing", work.rows, 1.0)
    _gather_refused(work)
    result = _counted(work)
    run = ImportRun.objects.create(
        kind=work.mapping.kind,
        file_name=work.wish.path.name[-300:],
        file_sha256=fingerprint,
        mapping=work.mapping.document,
        columns=stored_cells(work.form.header) if work.form else [],
        by=work.wish.by,
        started_at=work.at,
        finished_at=work.at + timedelta(seconds=time.monotonic() - work.started),
        **{name: getattr(result, name) for name in ("rows", "created", "updated", "unchanged", "refused", "flagged")},
    )
    result = _refuse(work, run, result)
    _tell(work, run, result)
    if work.wish.dry_run:
        transaction.set_rollback(True)  # Django's signature
    return replace(
        result, run=None if work.wish.dry_run else run.pk, report=work.report, seconds=time.monotonic() - work.started
    )


@cache
def _script(name: str) -> str:
    return (files("accord.server.capture") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _run_script(work: _Work, name: str) -> None:
    by = work.wish.by.pk if work.wish.by else None
    work.cursor.execute(
        _script(name),
        {
            "now": work.at,
            "by": by,
            "currency": work.currency,
            "early": BEFORE_FIRST_CONTACT,
            "lost": DEAL_LOST,
            **lost_deal(),
            "enough": CAME_BACK_ENOUGH,
            "entry": entry_stage().value,
            "colleagues": work.colleagues,
        },
    )


def _stage(work: _Work) -> None:
    """Check the rows of the file one by one and copy the good ones into the staging table."""
    wish, mapping = work.wish, work.mapping
    with open_table(wish.path, mapping.file) as table:
        plan = plan_rows(mapping, table.header, table.types, wish.path.name, work.at)
        beside = wish.path.with_name(wish.path.name.removesuffix(".gz").rsplit(".", 1)[0] + ".refused.csv")
        work.form = ReportForm(wish.report or beside, table.header, mapping.file.encoding, table.delimiter)
        columns = ", ".join(["line", *plan.staged])
        with work.cursor.copy(f"COPY staged ({columns}) FROM STDIN") as copy:
            _copy_rows(work, table, plan, copy.write_row)
    work.progress("Reading", work.rows, 1.0)


def _copy_rows(work: _Work, table: Table, plan: RowPlan, write: Callable[[Sequence[Any]], None]) -> None:
    refuse, staged = work.spool.add, plan.row
    number = 0
    for number, item in enumerate(table.rows, start=1):
        if isinstance(item, Unreadable):
            refuse(refusal_of_text(item))
            continue
        line, cells = item
        try:
            write(staged(line, cells))
        except CellError as error:
            refuse(refusal_of_cell(line, cells, error))
        if number % STEP == 0:
            work.progress("Reading", number, table.share())
    work.rows = number


def _gather_refused(work: _Work) -> None:
    """Add the rows that are sound by themselves but clash with others, with what the file says of them."""
    work.cursor.execute("SELECT line, code, first, detail FROM refusal")
    clashes = {
        line: (code, refusal_in_words(code, first, detail)) for line, code, first, detail in work.cursor.fetchall()
    }
    if not clashes:
        return
    work.progress("Gathering what was refused", 0, 0.0)
    with open_table(work.wish.path, work.mapping.file) as table:
        for line, cells in _rows_at(table.rows, set(clashes)):
            code, message = clashes[line]
            work.spool.add(Refusal(line, code, message, tuple(cells)))


def _rows_at(rows: Iterable[Row | Unreadable], lines: set[int]) -> Iterator[Row]:
    for item in rows:
        if not isinstance(item, Unreadable) and item[0] in lines:
            yield item


def _counted(work: _Work) -> Imported:
    flagged: tuple[int, ...] = ()
    if work.mapping.kind == "touchpoints":
        work.cursor.execute("SELECT coalesce(sum(number), 0) FROM touched")
        created, updated = work.cursor.fetchone()[0], 0
    else:
        work.cursor.execute(
            "SELECT count(*) FILTER (WHERE what = 'created'), count(*) FILTER (WHERE what = 'updated') FROM result"
        )
        created, updated = work.cursor.fetchone()
    if work.mapping.kind == "deals":
        work.cursor.execute("SELECT line FROM deal_value WHERE cardinality(flags) > 0 ORDER BY line")
        flagged = tuple(line for (line,) in work.cursor.fetchall())
    refused = work.spool.count
    unchanged = work.rows - created - updated - refused
    return Imported(None, work.rows, created, updated, unchanged, refused, len(flagged), (), flagged)


def _refuse(work: _Work, run: ImportRun, result: Imported) -> Imported:
    """Store the refused rows and write their report.

    Raises:
        ImportingError: ``import.strict`` if the wish is to have all rows or none.
    """
    if not result.refused or work.form is None:
        return result
    with work.cursor.copy("COPY capture_refusedrow (run_id, line, code, message, row) FROM STDIN") as copy:
        copy.set_types(["int8", "int4", "text", "text", "jsonb"])
        for row in work.spool:
            message = stored_cells([row.message])[0]
            copy.write_row((run.pk, row.line, row.code, message, Jsonb(stored_cells(row.cells))))
    kept = RefusedRow.objects.filter(run=run).order_by("line", "pk")
    write_report(work.form, kept.values_list("line", "message", "row").iterator())
    work.report = work.form.path
    first = tuple(Refusal(row.line, row.code, row.message, tuple(row.row)) for row in kept[:SHOWN])
    if work.wish.strict:
        raise ImportingError(
            "import.strict",
            f"{result.refused:,} of {result.rows:,} rows were refused, "
            f"the first in line {first[0].line:,}: {first[0].message}",
            at=work.wish.path.name,
            hint=f"mend them in {work.report}; nothing was imported",
        )
    return replace(result, first_refused=first)


def _tell(work: _Work, run: ImportRun, result: Imported) -> None:
    record(
        "import.finished",
        f"import:{run.pk}",
        actor=work.wish.by,
        at=work.at,
        kind=run.kind,
        file=run.file_name,
        rows=result.rows,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        refused=result.refused,
    )
    if (result.created or result.updated) and run.kind not in WITHOUT_ID:
        wake("pipeline.judge_due_leads")
