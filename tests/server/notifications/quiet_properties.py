"""When somebody may be told, against a walk minute by minute on the clock of the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from accord.clock import Absence, Calendar, Hours
from accord.server.notifications.quiet import first_open, next_hour, next_time

MINUTE = timedelta(minutes=1)
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
DAYS = ["2026-03-28", "2026-10-24", "2026-10-31", "2026-03-07", "2026-04-04", "2026-06-15"]
"""Days before changes of the clocks in these zones, and one of no note."""

zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(DAYS),
    st.integers(0, 3 * 24 * 60),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Two intervals a day at most, on at least four days, to the minute, with a leave now and then."""
    week = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=4)):
        edges = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=4)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        week[day] = tuple(Hours(time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in pairs)
    start = draw(instants)
    leave = (Absence(start, start + draw(st.integers(1, 36 * 60)) * MINUTE),) if draw(st.booleans()) else ()
    return Calendar("of the test", draw(zones), week, absences=leave)


def works(calendar: Calendar, at: datetime) -> bool:
    local = at.astimezone(calendar.zone)
    hours = calendar.week.get(local.weekday(), ())
    away = any(each.start <= at < each.end for each in calendar.absences)
    return not away and any(each.opens <= local.time() < each.closes for each in hours)


@given(instants, st.lists(calendars(), min_size=1, max_size=2))
def test_it_is_the_first_minute_in_which_somebody_works(at: datetime, hours: list[Calendar]) -> None:
    minute = at
    while not any(works(calendar, minute) for calendar in hours):
        minute += MINUTE
    assert first_open(at, hours) == minute


@given(instants)
def test_whoever_has_no_hours_is_never_quiet(at: datetime) -> None:
    assert first_open(at, []) == at


@given(instants, zones.filter(lambda zone: zone.key != "Australia/Lord_Howe"))
def test_an_hourly_digest_comes_when_the_wall_shows_the_next_full_hour(at: datetime, zone: ZoneInfo) -> None:
    """Not on Lord Howe, where the clocks change by half an hour and an hour may have no beginning."""
    minute = at + MINUTE
    while minute.astimezone(zone).minute:
        minute += MINUTE
    assert next_hour(at, zone) == minute


@given(instants, zones, st.integers(0, 24 * 60 - 1))
def test_a_daily_digest_comes_when_the_wall_shows_its_time(at: datetime, zone: ZoneInfo, minutes: int) -> None:
    """Of a time that the wall shows twice, the first one counts; of one that it leaves out, an instant that day."""
    daily = time(minutes // 60, minutes % 60)
    found = next_time(at, daily, zone)
    minute = at + MINUTE
    while minute.astimezone(zone).time() != daily or minute.astimezone(zone).fold:
        minute += MINUTE
    left_out = found.astimezone(zone).time() != daily
    assert at < found <= minute if left_out else found == minute
