"""What was decided about one lead, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accord.routing.wish import Preference


class Reason(StrEnum):
    """Why a candidate got the lead, or did not."""

    CHOSEN = "chosen"
    WAITING_TURN = "waiting_turn"
    COMES_LATER = "comes_later"
    MAY_TAKE = "may_take"
    DEACTIVATED = "deactivated"
    EXCLUDED = "excluded"
    OFFLINE = "offline"
    ON_LEAVE = "on_leave"
    OFF_SHIFT = "off_shift"
    FULL = "full"
    NO_WEIGHT = "no_weight"


TAKES_LEADS = frozenset({Reason.CHOSEN, Reason.WAITING_TURN, Reason.COMES_LATER, Reason.MAY_TAKE})
"""The reasons of those who were live: who could have got the lead."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate, and why the lead did or did not go to them.

    Attributes:
        owner: The user's id.
        name: As others call them.
        reason: The first that applies, in the order of ``Reason``.
        detail: The reason in words that continue the name, such as "on leave until 4 March 2026, 12:00".
    """

    owner: int
    name: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """Who gets one lead.

    Attributes:
        owner: The user's id; None means that the lead goes to the team's queue, since nobody is live or it is to wait.
        considered: Every candidate once: the chosen one, those who wait by what is owed to them, then who is live but
            comes later, the rest by id.
        credits: What is owed to each candidate now, by id, in ``LEAD``-ths of a lead; the caller keeps them with the
            team, in the transaction that gives the lead away, and passes them in as ``Candidate.credit`` next time.
        why: The preference by which the owner came before others; None: it was their turn.
        queue: The named queue in which the lead is to wait; empty: it was to be given to a person.
    """

    owner: int | None
    considered: tuple[Considered, ...]
    credits: Mapping[int, int]
    why: Preference | None = None
    queue: str = ""

    @property
    def sentence(self) -> str:
        """The decision in one sentence, without those who merely wait for their turn.

        Examples:
            >>> ben = Considered(2, "Ben", Reason.FULL, "12 of 12 leads open")
            >>> RoutingDecision(None, (ben,), {2: 0}).sentence
            'Nobody can take this lead, so it goes to the queue: Ben (12 of 12 leads open).'
        """
        if self.queue:
            return f"It waits in the queue “{self.queue.replace('_', ' ')}” until somebody takes it."
        passed_over = [f"{c.name} ({c.detail})" for c in self.considered if c.reason not in TAKES_LEADS]
        chosen = next((c for c in self.considered if c.reason is Reason.CHOSEN), None)
        if chosen is not None:
            text = f"{chosen.name}, because {chosen.detail}"
            return f"{text}; passed over: {', '.join(passed_over)}." if passed_over else f"{text}."
        if passed_over:
            return f"Nobody can take this lead, so it goes to the queue: {', '.join(passed_over)}."
        return "Nobody can take this lead, so it goes to the queue: the team has no members."
