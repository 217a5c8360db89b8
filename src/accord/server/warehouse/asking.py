"""Puts the questions of ``accord.insight`` to the operational database, or to the warehouse where a page says so."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from datetime import datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import connection
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
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
    files = _asked.get()
    return None if files is None else instant(files.version.at_us)


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
    files = _asked.get()
    if files is None:
        with connection.cursor() as cursor:
            cursor.execute(_in_place(question), given)
            return list(cursor.fetchall())
    # What was not over as of the version is not over for its questions: a promise that was kept since is not late.
    known = {**given, "now_us": min(int(given.get("now_us", files.version.at_us)), files.version.at_us)}
    text, parameters = _in_warehouse(question)
    return files.ask(text, {name: known[name] for name in parameters})


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
