"""Puts the questions of ``accord.insight`` to the operational database, or to the warehouse where a page says so."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import connection
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils import timezone

from accord.insight import Query, Type, facts, query
from accord.insight.query import DIALECT
from accord.rules import instant
from accord.server.warehouse import shelves
from accord.server.warehouse.readers import large_and_fresh, opened, worth_asking
from accord.server.warehouse.star import star

if TYPE_CHECKING:
    from accord.insight.engines.duck_files import DuckFiles
    from accord.insight.engines.duck_tables import DuckTables

Answer = TypeVar("Answer")
P = ParamSpec("P")
R = TypeVar("R")
Parameters = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who answers instead of PostgreSQL.

    Attributes:
        engine: Holds the tables.
        at_us: The instant as of which they are.
        held: The questions whose answers are among them.
    """

    engine: "DuckFiles | DuckTables"
    at_us: int
    held: frozenset[str] = frozenset()


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def of_warehouse(now: datetime) -> AbstractContextManager[None]:
    """Ask the warehouse inside, if there is one that is large and fresh; all questions of one version."""
    files = large_and_fresh(now)
    return _asking(None if files is None else Asked(files, files.version.at_us))


def of_facts(now: datetime) -> AbstractContextManager[None]:
    """Ask the facts of leads inside that were gathered last of such a warehouse; before the first, the warehouse."""
    return _asking(facts_or_warehouse(now))


def facts_or_warehouse(now: datetime) -> Asked | None:
    """Return who answers questions about the facts of leads; None: PostgreSQL, in place."""
    version = worth_asking(now)
    if version is None:
        return None
    made = shelves.opened(facts.SHELF, facts.HELD)
    if made is not None and made.edition.counting == facts.counting():
        return Asked(made.tables, made.edition.at_us, frozenset(facts.HELD))
    return Asked(opened(version), version.at_us)


@contextmanager
def _asking(asked: Asked | None) -> Iterator[None]:
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def asks_the_warehouse(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """Let a page ask the warehouse, if there is one that is large and fresh; it must show ``as_of``."""
    return _asks(of_warehouse, view)


def asks_the_facts(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """Let a page ask the facts of leads, if the warehouse is large and fresh; it must show ``as_of``."""
    return _asks(of_facts, view)


def _asks(
    inside: Callable[[datetime], AbstractContextManager[None]], view: Callable[Concatenate[HttpRequest, P], R]
) -> Callable[Concatenate[HttpRequest, P], R]:
    @wraps(view)
    def asking(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        with inside(timezone.now()):
            response = view(request, *args, **kwargs)
            if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                pieces = cast("Iterator[bytes]", response.streaming_content)  # no view here is asynchronous
                response.streaming_content = _within(copy_context(), pieces)
            return response

    return cast("Callable[Concatenate[HttpRequest, P], R]", asking)  # what ``wraps`` makes has no such type


def _within(context: Context, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what leaves after the page has been answered as if it still were: of the version that it was begun of."""
    end = object()
    while (piece := context.run(next, pieces, end)) is not end:
        yield cast("bytes", piece)


def as_of() -> datetime | None:
    """Return the instant as of which answers are; None: they are asked in place, as of now."""
    asked = _asked.get()
    return None if asked is None else instant(asked.at_us)


def ask(answer: type[Answer], question: str | Query, given: Parameters) -> tuple[Answer, ...]:
    """Return the rows of a question, in no order; ``given`` may hold more than it needs.

    Args:
        answer: The class whose attributes are the question's columns, in their order.
        question: The question, or the name of its file.
        given: Its parameters.
    """
    return tuple(answer(*row) for row in _rows(_named(question), given))


def listed(
    question: str | Query,
    given: Parameters,
    *,
    equal: tuple[tuple[str, Type], ...],
    at_least: tuple[str, ...],
    order: str,
    descending: bool,
) -> list[tuple[Any, ...]]:
    """Return one page of the rows behind a number; see ``Query.listing``."""
    return _rows(_listing(_named(question), equal, at_least, order, descending), given)


def _rows(question: Query, given: Parameters) -> list[tuple[Any, ...]]:
    asked = _asked.get()
    if asked is None:
        with connection.cursor() as cursor:
            cursor.execute(_in_place(question), given)
            return list(cursor.fetchall())
    # What was not over by then is not over for questions about then: a promise that was kept since is not late.
    known = {**given, "now_us": min(int(given.get("now_us", asked.at_us)), asked.at_us)}
    text, parameters = _in_warehouse(question.over(asked.held))
    return asked.engine.ask(text, {name: known[name] for name in parameters})


def _named(question: str | Query) -> Query:
    return query(question) if isinstance(question, str) else question


@cache
def _listing(
    question: Query, equal: tuple[tuple[str, Type], ...], at_least: tuple[str, ...], order: str, descending: bool
) -> Query:
    return question.listing(dict(equal), at_least, order, descending)


@cache
def _in_place(question: Query) -> str:
    return question.render("postgres", star())


@cache
def _in_warehouse(question: Query) -> tuple[str, tuple[str, ...]]:
    return question.render(DIALECT), question.parameters
