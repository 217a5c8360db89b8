"""Who could get a lead, as the team stands when it is given away."""

from dataclasses import dataclass
from datetime import datetime

from accord.errors import AccordError


class RoutingError(AccordError):
    """A team or a time with which no lead can be given away.

    Codes: ``routing.bad_candidate``, ``routing.duplicate_owner``, ``routing.naive_time`` and ``routing.bad_count``.
    """


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of a team, and what decides whether and how often a lead goes to them.

    Attributes:
        owner: The user's id.
        name: As others call them; it is printed.
        weight: How many leads they take for each that a member of weight 1 takes; 0: none.
        open_leads: How many they work on now.
        capacity: How many they can work on at once; None: any number.
        active: Whether their account is in use.
        on_leave_until: The instant at which they are back, in the zone in which people read it; None or past: at work.
        credit: What is owed to them from earlier turns, in ``LEAD``-ths of a lead: from ``RoutingDecision.credits`` of
            their team's last decision; 0 for a newcomer.
        covers: For which leads they come first, as pairs of a field and a value's key, such as
            ``("company.country", "de")``.
        on_shift: Whether these are their working hours.
        online: Whether they are on the rota; they were taken off it because they let leads pass.

    Raises:
        RoutingError: A count is negative, or the end of the leave has no zone.
    """

    owner: int
    name: str
    weight: int = 1
    open_leads: int = 0
    capacity: int | None = None
    active: bool = True
    on_leave_until: datetime | None = None
    credit: int = 0
    covers: frozenset[tuple[str, str]] = frozenset()
    on_shift: bool = True
    online: bool = True

    def __post_init__(self) -> None:
        counts = {"weight": self.weight, "open leads": self.open_leads, "capacity": self.capacity or 0}
        for what, count in counts.items():
            if count < 0:
                raise RoutingError(
                    "routing.bad_candidate", f"{self.name} has a {what} of {count}", hint="say zero or more"
                )
        if self.on_leave_until is not None and self.on_leave_until.utcoffset() is None:
            raise RoutingError(
                "routing.naive_time",
                f"the leave of {self.name} ends at {self.on_leave_until}, which has no zone",
                hint="give it the zone in which they read it",
            )
