"""Doing the same with many leads, each in a transaction of its own, whatever becomes of the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accord.errors import AccordError
from accord.server.handoffs.decisions import HandoffError
from accord.server.pipeline.models import Lead

MOST = 200
"""How many leads are done in one go: a page holds fewer, and whoever sends more is not at a page."""
NAMED = 3
"""How many of those that could not be done are named."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A lead with which it could not be done, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of it."""

    done: int
    refused: tuple[Refused, ...]

    def in_words(self, did: str) -> str:
        """Return a sentence; ``did`` completes "18 leads …".

        Examples:
            >>> Summary(18, (Refused("Ann", "no"), Refused("Bo", "no"))).in_words("passed on")
            '18 leads passed on, 2 not: Ann (no), Bo (no).'
            >>> Summary(1, ()).in_words("rejected"), Summary(0, (Refused("Ann", "no"),)).in_words("rejected")
            ('1 lead rejected.', 'No lead rejected: Ann (no).')
        """
        leads = {0: "No lead", 1: "1 lead"}.get(self.done, f"{self.done} leads")
        if not self.refused:
            return f"{leads} {did}."
        named = ", ".join(f"{each.name} ({each.why})" for each in self.refused[:NAMED])
        more = f" and {len(self.refused) - NAMED} more" if len(self.refused) > NAMED else ""
        return f"{leads} {did}{f', {len(self.refused)} not' if self.done else ''}: {named}{more}."


def with_each(lead_ids: Iterable[int], do: Callable[[int], object]) -> Summary:
    """Do something with each lead once, in the order given, and return what came of it.

    Raises:
        HandoffError: ``handoff.too_many``, with nothing done.
    """
    keys = list(dict.fromkeys(lead_ids))
    if len(keys) > MOST:
        raise HandoffError("handoff.too_many", f"{len(keys)} leads are too many at once", hint=f"choose {MOST} at most")
    names = {lead.pk: str(lead.person) for lead in Lead.objects.select_related("person").filter(pk__in=keys)}
    refused: list[Refused] = []
    for key in keys:
        try:
            do(key)
        except AccordError as error:
            refused.append(Refused(names.get(key, f"lead {key}"), error.message))
    return Summary(len(keys) - len(refused), tuple(refused))
