from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.rules.instant import day_number, day_turns, instant, local_day


@pytest.mark.parametrize(
    ("zone", "day", "turns"),
    [
        ("UTC", date(2026, 1, 15), ["2026-01-15T00:00"]),
        ("Europe/Berlin", date(2026, 1, 15), ["2026-01-14T23:00"]),
        ("Europe/Berlin", date(2026, 7, 15), ["2026-07-14T22:00"]),
        # Clocks go from 00:01 back to 23:01 of the day before: it begins, ceases and begins again.
        ("America/St_Johns", date(2010, 11, 7), ["2010-11-07T02:30", "2010-11-07T02:31", "2010-11-07T03:30"]),
        # Clocks go from 24:00 to 01:00: the day has no midnight, and begins at one.
        ("Asia/Beirut", date(2021, 3, 28), ["2021-03-27T22:00"]),
        # Samoa left out the 30th, so that whoever asks for it is answered from the 31st on.
        ("Pacific/Apia", date(2011, 12, 30), ["2011-12-30T10:00"]),
        ("Pacific/Apia", date(2011, 12, 31), ["2011-12-30T10:00"]),
    ],
)
def test_a_day_turns_when_the_local_clock_says_so(zone: str, day: date, turns: list[str]) -> None:
    number, place = day_number(day), ZoneInfo(zone)
    wanted = [datetime.fromisoformat(f"{turn}+00:00") for turn in turns]

    assert set(wanted) <= {instant(micros) for micros in day_turns(number, place)}
    reached = [local_day(at, place) >= number for turn in wanted for at in (turn - timedelta(microseconds=1), turn)]
    assert reached == [False, True, True, False, False, True][: len(reached)]


def test_a_day_of_the_calendar_is_counted_from_1970() -> None:
    assert (day_number(date(1970, 1, 1)), day_number(date(1, 1, 1))) == (0, -719162)


def test_where_a_zone_has_no_day_it_is_the_day_in_utc() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    assert local_day(first, ZoneInfo("America/New_York")) == day_number(date(1, 1, 1))
    assert local_day(last, ZoneInfo("Asia/Tokyo")) == day_number(date(9999, 12, 31))
