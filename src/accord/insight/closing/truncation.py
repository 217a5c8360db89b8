"""What keeps a close rate below what it will be, or was: leads too young to be won, and wins that nobody recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

MEASURED = 20
"""With fewer deals won nobody knows how long a win takes."""
EXPECTED_BY_HALF = 3
"""Where so many wins were to be expected and there is none, that is no accident.

Hanley, J. A. and Lippman-Hand, A.: If nothing goes wrong, is everything all right? JAMA 249 (1983), 1743-1745: of
what is expected three times, nothing at all comes about in one of twenty cases.
"""


class TruncationKind(Enum):
    """Why a close rate is not what it looks like."""

    YOUNG = "young"
    """Leads came so short a time ago that many of those that will be won are not yet: cut off on the right."""
    BEFORE_DEALS = "before_deals"
    """Leads came before deals were recorded, and those won by then are missing: cut off on the left."""
    UNMEASURED = "unmeasured"
    """There are too few deals to know how long a win takes, so nothing can be said of the other two."""


@dataclass(frozen=True, slots=True)
class Course:
    """How leads came and were won, of everything there is, and how some cohort stands in it.

    Attributes:
        deals: How many were won, ever.
        median_us: From a lead's first contact to its win, half took no longer.
        p90_us: Nine of ten took no longer.
        first_win_us: The first recorded win.
        leads: Of the cohort.
        rate: Of everything there is, the share that was won.
        young: Leads of the cohort that are open and came less than ``p90_us`` ago.
        early: Leads of the cohort that came more than ``median_us`` before the first recorded win.
    """

    deals: int
    median_us: int | None
    p90_us: int | None
    first_win_us: int | None
    leads: int
    rate: float
    young: int
    early: int


@dataclass(frozen=True, slots=True)
class Truncation:
    """A warning: of the cohort's leads, so many are concerned."""

    kind: TruncationKind
    leads: int
    share: float


def truncations(course: Course) -> tuple[Truncation, ...]:
    """Return what makes a cohort's close rate misleading; nothing of a cohort without leads."""
    return tuple(_found(course)) if course.leads else ()


def _found(course: Course) -> Iterator[Truncation]:
    if course.deals < MEASURED:
        yield Truncation(TruncationKind.UNMEASURED, course.leads, 1.0)
        return
    if course.early * course.rate / 2 >= EXPECTED_BY_HALF:
        yield Truncation(TruncationKind.BEFORE_DEALS, course.early, course.early / course.leads)
    if course.young:
        yield Truncation(TruncationKind.YOUNG, course.young, course.young / course.leads)
