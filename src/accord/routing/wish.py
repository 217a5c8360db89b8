"""What one rule of the agreement asks of whoever gets one lead, and who of a team comes first by it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accord.routing.candidate import Candidate


class Preference(StrEnum):
    """Why somebody comes before others who could take the lead as well; the first in this order decides."""

    COMPANY_OWNER = "company_owner"
    LAST_OWNER = "last_owner"
    COVERS = "covers"


@dataclass(frozen=True, slots=True)
class Territory:
    """A value of the lead by which people are chosen.

    Attributes:
        field: Such as ``company.country``.
        key: The value as it is compared with what a candidate covers.
        shown: Field and value in words, such as "company country DE".
    """

    field: str
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of whoever gets one lead.

    Attributes:
        company_owners: Who has the lead's company, those of equal right together: first who works on it now, then who
            did so last, and so on.
        last_owner: Who had the person in their last cycle.
        territories: Values that somebody should cover, the most important first: whoever covers all of them comes
            before those who cover all but the last, and so on.
        at_most: Nobody with so many open leads gets it; None: only each candidate's own capacity counts.
        only_on_shift: Nobody gets it outside their working hours.
        queue: It waits in the queue of this name until somebody takes it; empty: it is given to a person.
        excluding: Owners who shall not get it, such as the one from whom it was taken.
    """

    company_owners: tuple[frozenset[int], ...] = ()
    last_owner: int | None = None
    territories: tuple[Territory, ...] = ()
    at_most: int | None = None
    only_on_shift: bool = False
    queue: str = ""
    excluding: frozenset[int] = frozenset()


ANYBODY = Wish()
"""Nothing is asked: whose turn it is gets the lead."""


@dataclass(frozen=True, slots=True)
class Preferred:
    """Those who come first for a lead, and why.

    Attributes:
        owners: Their ids.
        why: What decided; None: nothing did, and everybody live is among them.
        theirs: The reason in words that continue "because", said of one of them.
        who: The same as words that follow the name of one of them.
    """

    owners: frozenset[int]
    why: Preference | None = None
    theirs: str = ""
    who: str = ""


def preferred(wish: Wish, live: Sequence[Candidate]) -> Preferred:
    """Return who of the live come first: the first group of the wish in which anybody is; all of them if none is."""
    everybody = frozenset(candidate.owner for candidate in live)
    for group in _groups(wish, live):
        if here := group.owners & everybody:
            return Preferred(here, group.why, group.theirs, group.who)
    return Preferred(everybody)


def _groups(wish: Wish, live: Sequence[Candidate]) -> Iterator[Preferred]:
    for owners in wish.company_owners:
        yield Preferred(owners, Preference.COMPANY_OWNER, "the company is theirs", "whose company it is")
    if wish.last_owner is not None:
        words = "had this person in the last cycle"
        yield Preferred(frozenset({wish.last_owner}), Preference.LAST_OWNER, f"they {words}", f"who {words}")
    for count in range(len(wish.territories), 0, -1):
        wanted = wish.territories[:count]
        keys = {(territory.field, territory.key) for territory in wanted}
        covering = frozenset(candidate.owner for candidate in live if keys <= candidate.covers)
        what = " and ".join(territory.shown for territory in wanted)
        yield Preferred(covering, Preference.COVERS, f"they cover {what}", f"who covers {what}")
