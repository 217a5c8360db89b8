"""Puts the questions of ``accord.insight`` to the operational database, or to the warehouse where a page says so."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accord.insight import Query, Type, query
from accord.insight.query import DIALECT
from accord.rules import instant
from accord.server.warehouse.readers import large_and_fresh
from accord.server.warehouse.star import star

if TYPE_CHECKING:
    from accord.insight.engines.duck_files import DuckFiles

Answer = TypeVar("Answer")
P = ParamSpec("P")
R = TypeVar("R")
Parameters = Mapping[str, int | str]

_asked: "ContextVar[DuckFiles | None]" = ContextVar("asked", default=None)


@contextmanager
def of_warehouse(now: datetime) -> Iterator[None]:
    """Ask the warehouse inside, if there is one that is large and fresh; all questions of one version."""
    token = _asked.set(large_and_fresh(now))
    try:
        yield
    finally:
        _asked.reset(token)


def asks_the_warehouse(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """Let a page ask the warehouse, if there is one that is large and fresh; it must show ``as_of``."""

    @wraps(view)
    def asking(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        with of_warehouse(timezone.now()):
            return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], R]", asking)  # what ``wraps`` makes has no such type


def as_of() -> datetime | None:
    """Return the instant as of which answers are; None: they are asked in place, as of now."""
    files = _asked.get()
    return None if files is None else instant(files.version.at_us)


def ask(answer: type[Answer], question: str, given: Parameters) -> tuple[Answer, ...]:
    """Return the rows of a question, in no order; ``given`` may hold more than it needs.

    Args:
        answer: The class whose attributes are the question's columns, in their order.
        question: The name of its file.
        given: Its parameters.
    """
    return tuple(answer(*row) for row in _rows((question,), given))


def listed(
    question: str,
    given: Parameters,
    *,
    equal: tuple[tuple[str, Type], ...],
    at_least: tuple[str, ...],
    order: str,
    descending: bool,
) -> list[tuple[Any, ...]]:
    """Return one page of the rows behind a number; see ``Query.listing``."""
    return _rows((question, equal, at_least, order, descending), given)


Wanted = tuple[str] | tuple[str, tuple[tuple[str, Type], ...], tuple[str, ...], str, bool]
"""A question by its name, or a page of its rows."""


def _rows(wanted: Wanted, given: Parameters) -> list[tuple[Any, ...]]:
    files = _asked.get()
    if files is None:
        with connection.cursor() as cursor:
            cursor.execute(_in_place(wanted), given)
            return list(cursor.fetchall())
    # What was not over as of the version is not over for its questions: a promise that was kept since is not late.
    known = {**given, "now_us": min(int(given.get("now_us", files.version.at_us)), files.version.at_us)}
    text, parameters = _in_warehouse(wanted)
    return files.ask(text, {name: known[name] for name in parameters})


@cache
def _in_place(wanted: Wanted) -> str:
    return _query(wanted).render("postgres", star())


@cache
def _in_warehouse(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    asked = _query(wanted)
    return asked.render(DIALECT), asked.parameters


def _query(wanted: Wanted) -> Query:
    match wanted:
        case (question,):
            return query(question)
        case (question, equal, at_least, order, descending):
            return query(question).listing(dict(equal), at_least, order, descending)
