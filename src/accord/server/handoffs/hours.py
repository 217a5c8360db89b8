"""When somebody works: by their places in teams and the agreement in force, without their leave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from accord.clock import Absence, Calendar, CalendarError, is_open, next_opening
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force_or_none
from accord.server.handoffs.routing import hours_of


def working_hours(user: User, at: datetime) -> Sequence[Calendar]:
    """Return the hours in which a user works from ``at`` on; they work whenever one of the calendars is open.

    Whoever is in no team works in the hours of the hand-off, on the clock of their zone. Empty: no agreement is in
    force yet, so that nobody can say.
    """
    law = in_force_or_none()
    if law is None:
        return ()
    leave = tuple(Absence(each.start, each.end) for each in user.leaves.filter(end__gt=at))
    places = user.memberships.select_related("user", "team").order_by("team__name")
    hours = [hours_of(place, law.agreement) for place in places]
    house = replace(law.agreement.handoff.calendar, zone=ZoneInfo(user.zone))
    return [calendar.without(leave) for calendar in dict.fromkeys(hours or [house])]


def works(user: User, at: datetime) -> bool:
    """Return whether a user is on shift at ``at``; true where nobody can say."""
    hours = working_hours(user, at)
    return not hours or any(is_open(at, calendar) for calendar in hours)


def begins(user: User, at: datetime) -> datetime:
    """Return when a user works next: ``at`` if they do then; never is as late as can be."""
    found = []
    for calendar in working_hours(user, at):
        try:
            found.append(next_opening(at, calendar))
        except CalendarError:
            continue
    return min(found, default=datetime.max.replace(tzinfo=UTC))
