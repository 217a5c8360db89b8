"""Django and the database for the commands that need them."""

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import django
from dj_database_url import ParseError, UnknownSchemeError
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connection
from psycopg.errors import UndefinedColumn, UndefinedTable

from accord.errors import AccordError
from accord.server import embedded

P = ParamSpec("P")
R = TypeVar("R")


class SettingsError(AccordError):
    """The environment does not make up valid settings."""


def set_up_django() -> None:
    """Set Django up, so that modules with models can be imported; starts no database.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.server.settings")
    embedded.choose_database()
    try:
        django.setup()
    except UnknownSchemeError as error:
        raise SettingsError(
            "settings.invalid", "DATABASE_URL is not postgres://…", hint="see docs/how-to/run.md"
        ) from error
    except (ImproperlyConfigured, ParseError) as error:
        raise SettingsError("settings.invalid", str(error), hint="see docs/how-to/run.md") from error


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Return the command such that the database runs before it does; goes below ``click.command``.

    Starts the embedded database if ``DATABASE_URL`` names no other, and leaves it when the process ends. A database
    that an older version has left is a known error.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        start_database()
        try:
            return command(*args, **kwargs)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedColumn | UndefinedTable):
                raise
            said = str(error).strip().splitlines()[0]
            raise embedded.DatabaseError(
                "database.older",
                f"the database lacks what this version needs ({said})",
                hint="'accord migrate' brings it up to date, and so does 'accord serve'",
            ) from error

    return run


def start_database() -> None:
    """Have the database running and answering.

    Raises:
        embedded.DatabaseError: It does not start, or does not answer.
    """
    embedded.ensure_database()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        said = str(error).strip().splitlines()[-1]
        raise embedded.DatabaseError(
            "database.unreachable", f"the database does not answer ({said})", hint="check DATABASE_URL"
        ) from error
