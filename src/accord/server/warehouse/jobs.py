"""The background jobs of the warehouse; they may run twice or be killed at any moment without harm."""

import logging
import time

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.errors import AccordError
from accord.insight.facts import SHELF
from accord.server.queue import by_one_thread, wake
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.folder import folder

SYNC, FACTS = "warehouse.sync", "warehouse.facts"
_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name=SYNC, queueing_lock=SYNC, lock=SYNC)
@by_one_thread
def sync(timestamp: int = 0) -> None:
    """Bring the warehouse up to date."""
    # Arrow and Delta are loaded by the first run, and never by a web process, which reads this module too.
    from accord.server.warehouse.sync import sync as bring_up_to_date  # noqa: PLC0415

    try:
        done = bring_up_to_date()
    except WarehouseError as error:
        if error.code != "warehouse.busy":
            _log.warning("%s", error)
        return
    if done.rebuilt:
        _log.warning("the warehouse was made anew: %s", done.rebuilt)
    wake(FACTS)


@app.periodic(cron="* * * * *")
@app.task(name=FACTS, queueing_lock=FACTS, lock=FACTS)
@by_one_thread
def gather_facts(timestamp: int = 0) -> None:
    """Gather the facts of all leads anew where the warehouse has changed, as often as it may take its time."""
    from accord.server.warehouse.facts import is_due, make  # noqa: PLC0415  # as above

    SHELF.forget(folder(), time.time())
    if not is_due(timezone.now()):
        return
    try:
        make()
    except AccordError as error:
        _log.warning("%s", error)
