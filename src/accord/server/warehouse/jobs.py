"""The background job of the warehouse; it may run twice or be killed at any moment without harm."""

import logging

from procrastinate.contrib.django import app

from accord.server.queue import by_one_thread
from accord.server.warehouse.errors import WarehouseError

SYNC = "warehouse.sync"
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
