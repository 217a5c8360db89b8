"""Touches by journey, in the order in which they happened.

What is sorted is one 64-bit key a touch, in which journey, time and label stand one after the other.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.attribution.arrays import Ints

Label = str | int

_BITS = 62  # so that the key after the last one is a number too


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """Touches in the order of journey, instant, label and id, each column an array of one length.

    Touches of one journey at one instant stand in the order of their labels, those of one label in the order of their
    ids, so that the order in which rows are given never matters.

    Attributes:
        journey: Whose touch it is.
        at: When, in microseconds.
        touch: The code of its label.
        id: Which touchpoint it is, where that was asked for.
    """

    journey: Ints
    at: Ints
    touch: Ints
    id: Ints | None = None

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def ordered(cls, journey: Ints, at: Ints, touch: Ints, id_: Ints | None = None) -> "Touches":
        """Put touches into order."""
        if not len(at):
            return cls(journey, at, touch, id_)
        if id_ is not None:
            order = np.lexsort((id_, touch, at, journey))
            return cls(journey[order], at[order], touch[order], id_[order])
        packing = Packing.of(journey.min(), journey.max(), at.min(), at.max(), int(touch.max()) + 1)
        if packing is None:
            order = _order(journey, at, touch)
            return cls(journey[order], at[order], touch[order])
        keys = packing.packed(journey, at, touch)
        keys.sort()
        return packing.unpacked(keys)

    def some(self, rows: slice | NDArray[np.bool_]) -> "Touches":
        """Return those in some rows."""
        return Touches(self.journey[rows], self.at[rows], self.touch[rows], None if self.id is None else self.id[rows])

    def starts(self) -> Ints:
        """Return where each journey begins, and at the end how many touches there are."""
        if not len(self):
            return np.zeros(1, np.int64)
        return np.concatenate(([0], np.flatnonzero(self.journey[1:] != self.journey[:-1]) + 1, [len(self)]))


@dataclass(frozen=True, slots=True)
class Packing:
    """How journey, time and label share the bits of a key."""

    first_journey: int
    first_at: int
    unit: int
    bits_of_journey: int
    bits_of_time: int
    bits_of_touch: int

    @classmethod
    def of(
        cls, first_journey: int, last_journey: int, first_at: int, last_at: int, touches: int, unit: int = 1
    ) -> "Packing | None":
        """Return the packing of values within these bounds, or None if there is no room.

        Times, the first of them included, are multiples of the unit.
        """
        time = ((int(last_at) - int(first_at)) // unit).bit_length()
        touch = max(int(touches) - 1, 0).bit_length()
        journey = (int(last_journey) - int(first_journey)).bit_length()
        if journey + time + touch > _BITS:
            return None
        return cls(int(first_journey), int(first_at), unit, journey, time, touch)

    def widened(self, most: int) -> "Packing":
        """Return the packing with room for more labels, as many bits as are left and wanted at most."""
        free = _BITS - (self.bits_of_journey + self.bits_of_time + self.bits_of_touch)
        return replace(self, bits_of_touch=max(min(self.bits_of_touch + free, most), self.bits_of_touch))

    def holds(self, at: Ints) -> bool:
        """Whether these instants are multiples of the unit."""
        return self.unit == 1 or bool((at // self.unit * self.unit == at).all())

    def packed(self, journey: Ints, at: Ints, touch: Ints) -> Ints:
        """Return one key for each touch."""
        time = at - self.first_at
        if self.unit > 1:
            time //= self.unit
        keys = journey - self.first_journey
        keys <<= self.bits_of_time
        keys |= time
        keys <<= self.bits_of_touch
        keys |= touch
        return keys

    def unpacked(self, keys: Ints) -> Touches:
        """Return the touches of keys, in the order of these."""
        time = (keys >> self.bits_of_touch) & ((1 << self.bits_of_time) - 1)
        time *= self.unit
        time += self.first_at
        return Touches(
            journey=(keys >> (self.bits_of_time + self.bits_of_touch)) + self.first_journey,
            at=time,
            touch=keys & ((1 << self.bits_of_touch) - 1),
        )


def _order(journey: Ints, at: Ints, touch: Ints) -> Ints:
    """The rows in order, where three columns have no room in one key: by as much of the time as has, then by all."""
    bits_of_row = len(at).bit_length()
    room = _BITS - bits_of_row - (int(journey.max()) - int(journey.min())).bit_length()
    if room < 0:
        return np.lexsort((touch, at, journey))
    cut = max((int(at.max()) - int(at.min())).bit_length() - room, 0)
    keys = journey - journey.min()
    keys <<= room
    keys |= (at - at.min()) >> cut
    keys <<= bits_of_row
    keys |= np.arange(len(at))
    keys.sort()
    rows: Ints = keys & ((1 << bits_of_row) - 1)
    keys >>= bits_of_row
    same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
    among = rows[tied]
    rows[tied] = among[np.lexsort((touch[among], at[among], keys[tied]))]
    return rows
