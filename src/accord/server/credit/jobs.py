"""The background job that gives credit; it may run twice or be killed at any moment without harm."""

import logging
import time

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.errors import AccordError
from accord.insight.credit.store import SHELF
from accord.server.queue import by_one_thread
from accord.server.warehouse.folder import folder

CREDIT = "credit.make"
_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name=CREDIT, queueing_lock=CREDIT, lock=CREDIT)
@by_one_thread
def give_credit(timestamp: int = 0) -> None:
    """Give credit anew where the warehouse has changed, as often as it may take its time."""
    # Arrow and NumPy are loaded by the first run, and never by a web process, which reads this module too.
    from accord.server.credit.making import is_due, make  # noqa: PLC0415

    SHELF.forget(folder(), time.time())
    if not is_due(timezone.now()):
        return
    try:
        make()
    except AccordError as error:
        _log.warning("%s", error)
