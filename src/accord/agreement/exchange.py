"""Money of one currency in another, by the exchange rates of a day. Pure, and exact to the cent.

A rate is how many units of a currency are worth one unit of the *base*, as the European Central Bank publishes it: with
the base EUR, 1.0800 for USD means that one euro is worth 1.08 dollars. Rates against a third currency serve as well: a
company in Zurich turns dollars into francs by the two rates that the bank states against the euro on one day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

OLDEST = 10
"""How many days before a date its rate may be from: there are none of weekends and holidays."""
CENTS = 100


class StatedRate(NamedTuple):
    """One rate: so many units of ``currency`` for one unit of ``base``."""

    day: date
    base: str
    currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency.

    Attributes:
        amount: In whole cents.
        day: Of the rate; None where nothing had to be converted.
    """

    amount: Decimal
    day: date | None


@dataclass(frozen=True, slots=True)
class NotConvertible:
    """An amount for which there is no rate of its day or of the days before it; it is named, and never guessed.

    Attributes:
        amount: As it is.
        currency: Its currency.
        on: The day by whose rate it was to be converted.
    """

    amount: Decimal
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class Rates:
    """What amounts come to in one currency.

    Attributes:
        into: The currency that everything is converted into.
        stated: By base and currency, the rate of each day.
    """

    into: str
    stated: Mapping[tuple[str, str], Mapping[date, Decimal]]

    def convert(self, amount: Decimal, currency: str, on: date) -> Converted | NotConvertible:
        """Return what ``amount`` comes to by the rate of the latest day not after ``on``, at most ten days before it.

        Where there are rates against the currency itself and against a third one, those against itself count, whatever
        their days; among third ones the latest day, and then the alphabet. A half cent is rounded away from zero, as
        Council Regulation (EC) No 1103/97, Article 5, has it. The sum of several amounts is that of what each comes to.

        Args:
            amount: Any, negative ones too.
            currency: Its currency.
            on: The day on which a deal closed, or for which a cost was paid.

        Examples:
            >>> friday = date(2026, 4, 10)
            >>> rates = rates_into("EUR", [StatedRate(friday, "EUR", "USD", Decimal("1.0800"))])
            >>> rates.convert(Decimal("100.00"), "USD", date(2026, 4, 12))
            Converted(amount=Decimal('92.59'), day=datetime.date(2026, 4, 10))
            >>> rates.convert(Decimal("100.00"), "USD", date(2026, 4, 9))
            NotConvertible(amount=Decimal('100.00'), currency='USD', on=datetime.date(2026, 4, 9))
        """
        if currency == self.into:
            return Converted(amount, None)
        found = self._factor(currency, on)
        if found is None:
            return NotConvertible(amount, currency, on)
        factor, day = found
        return Converted(to_the_cent(Fraction(amount) * factor), day)

    def _factor(self, currency: str, on: date) -> tuple[Fraction, date] | None:
        """Return what one unit of ``currency`` is worth, and the day of that; None: it is not known."""
        others = sorted({base for base, _ in self.stated} - {self.into})
        days = [on - timedelta(days=age) for age in range(OLDEST + 1)]
        for bases in ([self.into], others):
            for day in days:
                worth = next(self._worth(bases, currency, day), None)
                if worth is not None:
                    return worth, day
        return None

    def _worth(self, bases: Iterable[str], currency: str, day: date) -> Iterator[Fraction]:
        for base in bases:
            units, own = self._units(base, currency, day), self._units(base, self.into, day)
            if units is not None and own is not None:
                yield Fraction(own) / Fraction(units)

    def _units(self, base: str, currency: str, day: date) -> Decimal | None:
        """Return how many units of ``currency`` were worth one of ``base`` on ``day``; one of itself is one."""
        return Decimal(1) if base == currency else self.stated.get((base, currency), {}).get(day)


def rates_into(currency: str, stated: Iterable[StatedRate]) -> Rates:
    """Return the rates by which amounts are converted into ``currency``; of two about the same, the last one counts."""
    gathered: dict[tuple[str, str], dict[date, Decimal]] = {}
    for each in stated:
        gathered.setdefault((each.base, each.currency), {})[each.day] = each.rate
    return Rates(currency, gathered)


def to_the_cent(amount: Fraction) -> Decimal:
    """Return an amount in whole cents; a half is rounded away from zero.

    Examples:
        >>> to_the_cent(Fraction("2.345")), to_the_cent(Fraction("-2.345")), to_the_cent(Fraction(1, 3))
        (Decimal('2.35'), Decimal('-2.35'), Decimal('0.33'))
    """
    doubled = abs(amount) * CENTS * 2
    cents = (doubled.numerator // doubled.denominator + 1) // 2
    return Decimal(-cents if amount < 0 else cents).scaleb(-2)
