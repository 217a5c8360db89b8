"""What ``accord doctor`` looks at: each check says one thing that is well or wrong, and what to do about it.

An app adds checks of its own by naming its functions in the setting ``ACCORD_HEALTH_CHECKS``
(``"accord.server.agreements.health.agreement_in_force"``); each takes nothing and returns a ``Finding``. A check that
raises is itself a finding, so that one fault never hides the next.
"""

import datetime as dt
import importlib.metadata
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string
from packaging.requirements import Requirement

from accord.server.embedded import home

OLDEST_POSTGRES = 15
LEAST_FREE_BYTES = 1 << 30
MOST_CLOCK_SKEW = dt.timedelta(seconds=5)
WORKER_SILENT_AFTER_SECONDS = 60
WEAK_KEY_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        name: What was looked at.
        ok: Whether it is well.
        detail: What was found, in a few words.
        remedy: What to do; empty if it is well.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""


Check = Callable[[], Finding]


def python_version() -> Finding:
    """Check that this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def packages() -> Finding:
    """Check that every package that Accord needs is installed in a version that it accepts."""
    wrong = []
    needed = [Requirement(line) for line in importlib.metadata.requires("accord") or ()]
    needed = [requirement for requirement in needed if not requirement.marker or requirement.marker.evaluate()]
    for requirement in needed:
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, needed {requirement.specifier}")
    detail = "; ".join(wrong) or f"{len(needed)} installed"
    return Finding("packages", not wrong, detail, "make install, or pip install -r requirements/base.lock")


def zone_data() -> Finding:
    """Check that the rules of time zones are there."""
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return Finding("zone data", False, "Europe/Berlin is unknown", "pip install tzdata")
    return Finding("zone data", True, "present")


def data_folder() -> Finding:
    """Check that the data folder can be written to and has room."""
    folder = home()
    standing = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(standing, os.W_OK):
        return Finding("data folder", False, f"{folder} cannot be written", "set ACCORD_HOME to a folder of yours")
    free = shutil.disk_usage(standing).free
    detail = f"{folder}, {free / (1 << 30):.1f} GiB free"
    return Finding("data folder", free >= LEAST_FREE_BYTES, detail, "make room: PostgreSQL stops when the disk is full")


def secret_key() -> Finding:
    """Check that in production sessions are signed with a key that nobody can guess."""
    strong = len(settings.SECRET_KEY) >= WEAK_KEY_LENGTH and not settings.SECRET_KEY.startswith("development-only")
    remedy = "set ACCORD_SECRET_KEY to 50 random characters or more"
    if not settings.PRODUCTION:
        return Finding("secret key", True, "of its own" if strong else "a development key")
    return Finding("secret key", strong, "strong" if strong else "weak", remedy)


def static_files() -> Finding:
    """Check that what pages are styled with can be found."""
    if settings.PRODUCTION:
        manifest = Path(str(settings.STATIC_ROOT)) / "staticfiles.json"
        return Finding("static files", manifest.is_file(), str(manifest.parent), "accord migrate collects them")
    found = find("accord") and find("vendor")
    return Finding("static files", bool(found), "present" if found else "missing", "install the package again")


def database() -> Finding:
    """Check that the database is new enough, speaks UTF-8 and thinks in UTC."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),"
            " current_setting('server_encoding'),"
            " (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone')"  # not what Django set for itself
        )
        major, version, encoding, zone = cursor.fetchone()
    wrong = []
    if major < OLDEST_POSTGRES:
        wrong.append(f"needs {OLDEST_POSTGRES} or newer")
    if encoding != "UTF8":
        wrong.append(f"encoding {encoding} instead of UTF8: create it anew with ENCODING 'UTF8'")
    if zone not in {"UTC", "Etc/UTC"}:
        wrong.append(f"time zone {zone} instead of UTC: ALTER DATABASE … SET timezone TO 'UTC'")
    return Finding("database", not wrong, f"PostgreSQL {version}, {encoding}, {zone}", "; ".join(wrong))


def unknown_steps(executor: MigrationExecutor) -> list[str]:
    """Return the migrations of Accord's apps that the database has been through and this version does not know."""
    loader = executor.loader
    replaced = {step for squashed in loader.replacements.values() for step in squashed.replaces}
    applied = set(loader.applied_migrations) - set(loader.disk_migrations) - replaced
    return sorted(f"{app}.{name}" for app, name in applied if app in loader.migrated_apps)


def migrations() -> Finding:
    """Check that the database is as this version wants it."""
    executor = MigrationExecutor(connection)
    if unknown := unknown_steps(executor):
        detail = f"a newer Accord has changed this database: {', '.join(unknown)}"
        return Finding("migrations", False, detail, "install that version again, or restore a backup from before it")
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding("migrations", not steps, f"{steps} to apply" if steps else "applied", "accord migrate")


def clock() -> Finding:
    """Check that this machine and the database agree on what time it is."""
    with connection.cursor() as cursor:
        asked = time.time()
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
        here = dt.datetime.fromtimestamp((asked + time.time()) / 2, dt.UTC)
    skew = there - here
    detail = f"{abs(skew.total_seconds()):.1f} s apart from the database"
    return Finding("clock", abs(skew) <= MOST_CLOCK_SKEW, detail, "let both machines keep time by NTP")


def worker() -> Finding:
    """Check that a worker has been heard of lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [WORKER_SILENT_AFTER_SECONDS],
        )
        (alive,) = cursor.fetchone()
    detail = f"{alive} alive" if alive else "none alive"
    return Finding("worker", alive > 0, detail, "start accord serve or accord worker, or nothing happens by itself")


def jobs() -> Finding:
    """Check that no job has failed for good or lies about unfinished."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed'),"
            " count(*) FILTER (WHERE status = 'doing' AND NOT EXISTS ("
            "   SELECT FROM procrastinate_workers w"
            "   WHERE w.id = worker_id AND last_heartbeat > now() - make_interval(secs => %s))),"
            " count(*) FILTER (WHERE status = 'todo'"
            "   AND coalesce(scheduled_at, now()) < now() - interval '10 minutes')"
            " FROM procrastinate_jobs",
            [WORKER_SILENT_AFTER_SECONDS],
        )
        failed, stalled, late = cursor.fetchone()
    detail = f"{failed} failed, {stalled} stalled, {late} late"
    return Finding(
        "jobs", not (failed or stalled or late), detail, "see the worker's log; a worker retries stalled ones"
    )


WITHOUT_DATABASE: Sequence[Check] = (python_version, packages, zone_data, data_folder, secret_key, static_files)
ON_DATABASE: Sequence[Check] = (database, migrations, clock, worker, jobs)


def examine(checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield what each check finds; one that raises is a finding too."""
    for check in checks:
        try:
            yield check()
        except Exception as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            name = check.__name__.replace("_", " ")
            yield Finding(name, False, f"{type(error).__name__}: {said[0]}", "see what is wrong above it first")


def of_the_apps() -> Sequence[Check]:
    """Return the checks that the apps add."""
    return [import_string(path) for path in getattr(settings, "ACCORD_HEALTH_CHECKS", ())]
