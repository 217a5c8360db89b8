"""What happens to leads that stand still, drop out or are not ready yet, as the plan says it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from accord.agreement.stage import Stage
from accord.clock import Budget, Calendar
from accord.rules import Rule


@dataclass(frozen=True, slots=True)
class Disqualify:
    """The lead is out for good."""


@dataclass(frozen=True, slots=True)
class Recycle:
    """The lead goes back to marketing, until a date or a trigger opens its next cycle.

    Attributes:
        back_after: Counted in UTC from the moment at which it is recycled; None: no date.
        or_when: The rule that brings it back earlier; None: no trigger.
        to: The role that looks after it meanwhile.
    """

    back_after: timedelta | None
    or_when: Rule | None
    to: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Somebody is told, and the lead stays where it is."""

    whom: Literal["owner", "manager"]


@dataclass(frozen=True, slots=True)
class StageStay:
    """How long a lead may stay at ``stage``, in calendar time, and what follows when it stays longer."""

    stage: Stage
    at_most: timedelta
    then: Tell | Recycle | Disqualify


@dataclass(frozen=True, slots=True)
class Recycling:
    """What recycles a lead beside a rejection.

    Attributes:
        lost_deal: What follows when its deal is lost; None: nothing was agreed.
        never_reached: What follows when sales made every attempt that it owes and reached nobody; None: nothing.
        at_most: How often one person may come back before they are out for good; None: as often as it happens.
    """

    lost_deal: Recycle | None
    never_reached: Recycle | None
    at_most: int | None


@dataclass(frozen=True, slots=True)
class MarketingDeadline:
    """What marketing owes to one lead by a time.

    Attributes:
        name: ``sla.marketing[0]``, … by its place in the document.
        what: ``hand_over``: offer a lead that has reached the hand-off; ``fill_in``: the fields that a lead is held
            for; ``answer_recycled``: a call, mail or meeting with a lead that went back to marketing.
        within: Counted from the moment at which that is owed, on ``calendar``.
    """

    name: str
    what: Literal["hand_over", "fill_in", "answer_recycled"]
    within: Budget
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class NurturePlan:
    """What is done for leads that lack one criterion.

    Attributes:
        name: ``nurture[0]``, … by its place in the document; the first that fits a lead applies.
        missing: The criterion that they lack.
        when: Only leads for which this holds; None: all that lack it.
        by: The role that does it.
        using: With what: the name of a sequence, a script, a call list; None: left to the role.
        within: How soon it begins, on ``calendar``; None: not promised.
        stop_after: When it ends without success, in calendar time; None: it goes on.
    """

    name: str
    missing: str
    when: Rule | None
    by: str
    using: str | None
    within: Budget | None
    calendar: Calendar
    stop_after: timedelta | None
