"""What an answer from outside means for a delivery."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from accord.server.outgoing import Answer

LONGEST = timedelta(days=1)
"""How far ahead somebody may put us off."""
UNSAID = timedelta(minutes=1)
"""How long we wait when they do not say."""
FINAL = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    }
)
"""What is answered the same the next time."""


class RefusedError(Exception):
    """The other side will never take this message, so that it is not tried again."""


class BusyError(Exception):
    """The other side takes no messages for a while.

    Attributes:
        after: How long to wait until then.
    """

    def __init__(self, text: str, after: timedelta) -> None:
        super().__init__(text)
        self.after = after


def must_be_good(answer: Answer, who: str) -> None:
    """Return if an answer says that the message was taken.

    Raises:
        BusyError: It says when to come again, or that we come too often.
        RefusedError: It would be answered the same the next time.
        OSError: It was not taken this time.
    """
    if answer.is_good:
        return
    said = " ".join(answer.text.split())[:200]
    text = f"{who} answered {answer.status}" + (f": {said}" if said else "")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or (answer.status >= 500 and "retry-after" in answer.headers):
        raise BusyError(text, _after(answer.headers))
    if answer.status in FINAL:
        raise RefusedError(text)
    raise OSError(text)


def _after(headers: Mapping[str, str]) -> timedelta:
    """Return how long ``Retry-After`` says to wait: seconds, or a date (RFC 9110, section 10.2.3)."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=min(int(said), LONGEST.total_seconds())), LONGEST)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return UNSAID
    return min(max(until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC), timedelta(0)), LONGEST)
