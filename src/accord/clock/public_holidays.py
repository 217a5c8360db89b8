"""Public holidays of countries and their parts, as the ``holidays`` package knows them.

The one place that imports that package. Importing it costs about 0.17 s and 25 MB (mostly its tables of the Islamic,
Hindu and Chinese calendars); the module of a country is loaded when its holidays are first asked for.
"""

import datetime
import difflib
from functools import cache

import holidays
from holidays.constants import PUBLIC

from accord.clock.errors import CalendarError


def check_region(region: str) -> None:
    """Check that the ``holidays`` package knows ``region``.

    Args:
        region: An ISO 3166 country, or a country and its part: ``AT``, ``DE-BY``, ``US-CA``. Case matters.

    Raises:
        CalendarError: It does not; the hint names regions that are spelled alike.

    Examples:
        >>> check_region("DE-BY")
        >>> check_region("DE-Bayern")
        Traceback (most recent call last):
        accord.clock.errors.CalendarError: no public holidays are known for the region 'DE-Bayern'; did you mean ...
    """
    country, dash, part = region.partition("-")
    parts = holidays.list_supported_countries().get(country)
    if parts is None or (dash and part not in parts):
        raise CalendarError(
            "calendar.unknown_region",
            f"no public holidays are known for the region {region!r}",
            hint=_suggestion(region),
        )


@cache
def public_holidays(region: str, year: int) -> frozenset[datetime.date]:
    """Return the public holidays of ``region`` in ``year``, with the days on which they are observed.

    Only holidays of the category *public* count: not bank holidays, school holidays or half days. Years before or
    after those that the package covers (in most countries until 2100) have none.

    Raises:
        CalendarError: The region is unknown.

    Examples:
        >>> datetime.date(2026, 1, 6) in public_holidays("DE-BY", 2026)
        True
        >>> datetime.date(2026, 1, 6) in public_holidays("DE-BE", 2026)
        False
    """
    check_region(region)
    country, _, part = region.partition("-")
    known = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False, categories=PUBLIC)
    return frozenset(known)


def _suggestion(region: str) -> str:
    countries = holidays.list_supported_countries(include_aliases=False)
    country = region.partition("-")[0].upper()
    parts = countries.get(country)
    regions = countries if parts is None else (country, *(f"{country}-{part}" for part in parts))
    by_folded = {known.casefold(): known for known in regions}
    close = [repr(by_folded[name]) for name in difflib.get_close_matches(region.casefold(), by_folded)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    if parts:
        return f"the parts of {country} are {', '.join(parts)}"
    return "write a country such as 'AT', or a country and its part such as 'DE-BY'"
