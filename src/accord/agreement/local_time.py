"""Instants as people write them: by the clock on the wall of the agreement's zone, or with an offset."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from accord.agreement.quantity import QuantityError, shown

_INSTANT = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"\s*(Z|[+-][0-9]{2}:[0-9]{2})?\s*\Z"
)
_HOW = "write it like '2026-03-02 10:00', or with an offset like '2026-03-02T10:00+01:00'"


def local_instant(text: object, zone: ZoneInfo) -> datetime:
    """Return the instant that ``text`` names, in ``zone``; without an offset it is the time in that zone.

    Raises:
        QuantityError: It is no instant, or one that the clocks of the zone never or twice show.

    Examples:
        >>> str(local_instant("2026-03-02 10:00", ZoneInfo("Europe/Berlin")))
        '2026-03-02 10:00:00+01:00'
        >>> str(local_instant("2026-03-02T10:00Z", ZoneInfo("Europe/Berlin")))
        '2026-03-02 11:00:00+01:00'
    """
    found = _INSTANT.match(text) if isinstance(text, str) else None
    if found is None:
        raise QuantityError(f"{shown(text)} is not an instant; {_HOW}")
    day, clock, offset = found.groups()
    try:
        written = datetime.fromisoformat(f"{day}T{clock if clock[2] == ':' else f'0{clock}'}{offset or ''}")
    except ValueError:
        raise QuantityError(f"{shown(text)} is a time that no clock shows; {_HOW}") from None
    return written.astimezone(zone) if written.tzinfo else _on_the_wall(written, zone, text)


def _on_the_wall(written: datetime, zone: ZoneInfo, text: object) -> datetime:
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written
    why = "the clocks are put forward past it" if skipped else "the clocks are put back, and show it twice"
    example = f"{written.isoformat(timespec='minutes')}{_offset(first)}"
    raise QuantityError(
        f"{shown(text)} is not one instant in {zone.key}: {why}; write it with an offset, like '{example}'"
    )


def _offset(at: datetime) -> str:
    return at.isoformat()[-6:]
