"""Letting the website's last weeks happen: messages through the log and intake, costs through the import."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from accord.demo import traffic
from accord.demo.days import Year
from accord.demo.traffic import Known, Sent
from accord.server.accounts.models import User
from accord.server.capture.imports import Wish, import_file
from accord.server.intake.taking import take_in
from accord.server.tracking import sources
from accord.server.tracking.log import append
from accord.server.tracking.models import Source

MAPPING = Path(__file__).parents[3] / "examples" / "northwind" / "costs.yaml"
HOURS = 3
"""Messages arrive together that were sent within so many hours: each arrival is a transaction."""


def open_website(known: Iterable[Known], span: Year, seed: int, *, by: User, keeper: User) -> None:
    """Let people come to the website, and import what marketing paid for it.

    Args:
        known: People who may have been there before they became a lead.
        span: The year, whose last weeks these are.
        seed: Of who comes.
        by: Who imports the costs.
        keeper: Who added the website.
    """
    sent = traffic.messages(known, span, seed)
    if not sent:
        return
    wish = sources.Wish("Website", [traffic.SITE])
    website = sources.create(Source.Kind.BROWSER, wish, by=keeper, at=sent[0].at)
    for _, some in groupby(sent, key=_arrival):
        batch = list(some)
        append(website, [each.message for each in batch], received_at=batch[-1].at)
    take_in()
    _import_costs(span, seed, by)


def _arrival(sent: Sent) -> tuple[datetime, int]:
    return sent.at.replace(hour=0, minute=0, second=0, microsecond=0), sent.at.hour // HOURS


def _import_costs(span: Year, seed: int, by: User) -> None:
    with TemporaryDirectory(prefix="accord-") as folder, _whole_scripts():
        path = Path(folder) / "costs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(traffic.HEADS)
            writer.writerows(traffic.costs(span, seed))
        import_file(Wish(path, "costs", MAPPING, by=by, strict=True), span.end)


@contextmanager
def _whole_scripts() -> Iterator[None]:
    """Let an import run its scripts: the replay binds in the database, which takes one statement at a time."""
    options = connection.settings_dict["OPTIONS"]
    if not options.get("server_side_binding"):
        yield
        return
    connection.close()
    connection.settings_dict["OPTIONS"] = {**options, "server_side_binding": False}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = options
