"""The background job of the companies app; it may run twice or be killed at any moment without harm."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accord.server.companies.services import WINDOW
from accord.server.people.recognition import recognise_again
from accord.server.queue import by_one_thread


@app.periodic(cron="17 * * * *")
@app.task(name="companies.recognise_again", queueing_lock="companies.recognise_again")
@by_one_thread
def recognise(timestamp: int = 0) -> None:
    """Recognise recent visits anew: companies have become known since, by imports, forms and servers."""
    recognise_again(timezone.now() - WINDOW)
