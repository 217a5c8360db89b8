"""What is still to happen in the year, in the order of its instants."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Act = Callable[[datetime], None]
"""Something that is done at its time."""


@dataclass(slots=True)
class Agenda:
    """What is to happen, by its instant; of things at one instant, what was put down first comes first.

    Attributes:
        end: The present; what lies beyond has not happened yet.
    """

    end: datetime
    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _count: int = 0

    @property
    def first(self) -> datetime | None:
        """When something is to happen next; None if nothing is."""
        return self._heap[0][0] if self._heap else None

    def put(self, at: datetime, act: Act) -> None:
        """Put something down, unless it lies in the future."""
        if at <= self.end:
            self._count += 1
            heapq.heappush(self._heap, (at, self._count, act))

    def next(self) -> Act:
        """Take what is to happen next."""
        return heapq.heappop(self._heap)[2]
