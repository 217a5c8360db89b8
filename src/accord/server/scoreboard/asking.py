"""Puts the questions of ``accord.insight`` to the operational database."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import connection

from accord.insight import Type, query
from accord.server.scoreboard.star import star

Answer = TypeVar("Answer")
Parameters = Mapping[str, int | str]


def ask(answer: type[Answer], question: str, given: Parameters) -> tuple[Answer, ...]:
    """Return the rows of a question, in no order; ``given`` may hold more than it needs.

    Args:
        answer: The class whose attributes are the question's columns, in their order.
        question: The name of its file.
        given: Its parameters.
    """
    return tuple(answer(*row) for row in _rows(_text(question), given))


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
    return _rows(_listing(question, equal, at_least, order, descending), given)


@cache
def _text(question: str) -> str:
    return query(question).render("postgres", star())


@cache
def _listing(
    question: str, equal: tuple[tuple[str, Type], ...], at_least: tuple[str, ...], order: str, descending: bool
) -> str:
    return query(question).listing(dict(equal), at_least, order, descending).render("postgres", star())


def _rows(text: str, given: Parameters) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return list(cursor.fetchall())
