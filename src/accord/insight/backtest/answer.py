"""What a backtest answers with. Instants are whole microseconds since 1970 in UTC, amounts whole cents."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accord.insight.period import Period


@dataclass(frozen=True, slots=True)
class FirstHandover:
    """The first instant at which an agreement would have made a person's lead ready to be handed over.

    Attributes:
        at_us: In microseconds since 1970.
        fast_lane: The fast lane made it ready.
    """

    at_us: int
    fast_lane: bool


class Fate(StrEnum):
    """How the first hand-over of a person under the draft compares with that under the other agreement.

    Only hand-overs within the period count: a person who is handed over before it, or never, is not handed over in it.
    """

    ONLY_DRAFT = "only_draft"
    ONLY_OTHER = "only_other"
    SAME = "same"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class WeekOfHandovers:
    """The hand-overs of one week, Monday to Sunday in the zone of the period.

    Attributes:
        starts: Its Monday, which may lie before the period.
        days: How many of its days lie in the period, 1 to 7.
        draft: How many the draft would have handed over.
        other: How many the other agreement would have; None: there is none to compare with.
        capacity: How many sales can take in these days, the capacity of a week by the share of its days, rounded down;
            None: it was not given.
    """

    starts: date
    days: int
    draft: int
    other: int | None
    capacity: int | None

    @property
    def over_capacity(self) -> bool:
        """Whether the draft hands over more than sales can take."""
        return self.capacity is not None and self.draft > self.capacity


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, kept as counts so that it can be checked; no value where the whole is nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1, or None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class HandoversOf:
    """The hand-overs of one agreement within the period, and what really happened to these people.

    Attributes:
        people: How many are handed over within the period.
        by_fast_lane: How many of them by the fast lane.
        before: How many would have been handed over before the period, and so are not counted.
        accepted: Of ``people``: sales really accepted them at least once.
        rejected: Of ``people``: sales rejected them and never accepted them.
        undecided: Of ``people``: really offered, never decided.
        never_offered: Of ``people``: never really offered, so that nobody knows what sales would have said.
        won: Of ``people``: at least one deal was won.
        revenue_cents: The won deals of ``people`` in the currency of the agreement.
        precision: accepted / (accepted + rejected).
        recall: Of all whom sales really accepted within the period: those handed over at or before that instant.
        recall_won: Of all whose first deal was won within the period: those handed over at or before that instant.
    """

    people: int
    by_fast_lane: int
    before: int
    accepted: int
    rejected: int
    undecided: int
    never_offered: int
    won: int
    revenue_cents: int
    precision: Share
    recall: Share
    recall_won: Share


class Without(StrEnum):
    """What it means to take a clause out, to see what it decides."""

    ALWAYS_TRUE = "always_true"
    """It is only ever one of several that must all hold: without it, it is as if it always held."""

    LEFT_OUT = "left_out"
    """Without it there is one way less to be handed over, fewer points, or one field less to fill in."""


@dataclass(frozen=True, slots=True)
class ClauseWeight:
    """What one clause of the draft decides: the hand-overs of the period with it against those without it.

    Attributes:
        clause: Its path, such as ``criteria.right_company``, ``score.engagement[2]`` or ``handoff.fast_lane``.
        without: What it means to take it out. A criterion is taken out of every list that names it.
        gained: People handed over within the period only without it.
        lost: People handed over within the period only with it.
        moved: People handed over within the period both ways, at another instant.
    """

    clause: str
    without: Without
    gained: int
    lost: int
    moved: int

    @property
    def decides(self) -> int:
        """For how many people it decides whether they are handed over."""
        return self.gained + self.lost


@dataclass(frozen=True, slots=True)
class Weights:
    """What each clause of the draft decides, the most deciding first.

    Attributes:
        people: How many people were looked at.
        of: How many there are; more than ``people``: a sample was, evenly spread by id.
        clauses: The counts are of those looked at, not scaled.
    """

    people: int
    of: int
    clauses: tuple[ClauseWeight, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that history cannot answer, or not well.

    Attributes:
        code: ``backtest.inexact_field``, ``backtest.field_never_known``, ``backtest.event_never_seen``,
            ``backtest.few_outcomes``, ``backtest.window_before_data``, ``backtest.known_late``,
            ``backtest.other_currency`` or ``backtest.company_as_today``.
        message: One sentence, for people.
        subject: The field, event or clause that it is about; empty: the whole.
        count: How many it concerns.
    """

    code: str
    message: str
    subject: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A draft against another agreement over a period; the other may be missing.

    Attributes:
        period: Whole days; hand-overs in ``[from_us, to_us)`` count.
        people: How many people there are.
        draft: The hand-overs of the draft.
        other: Those of the agreement it is compared with.
        weeks: All weeks of the period in order, those without hand-overs included.
        fates: How many people by fate; empty without another agreement.
        cautions: What history cannot answer.
    """

    period: Period
    people: int
    draft: HandoversOf
    other: HandoversOf | None
    weeks: tuple[WeekOfHandovers, ...]
    fates: dict[Fate, int]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One person with a hand-over in the period under the draft or the other agreement.

    Attributes:
        fate: None without another agreement.
        draft_us: The first instant under the draft, whenever that is; None: never before the end of the period.
        other_us: The same under the other agreement.
        draft_fast_lane: Whether the draft hands over by the fast lane at ``draft_us``.
        accepted_us: When sales really accepted them first; None: never.
        rejected: Sales really rejected them and never accepted them.
        won_us: When their first deal was really won; None: never.
        revenue_cents: What their won deals brought in the currency of the agreement.
    """

    person_id: int
    fate: Fate | None
    draft_us: int | None
    other_us: int | None
    draft_fast_lane: bool
    accepted_us: int | None
    rejected: bool
    won_us: int | None
    revenue_cents: int


@dataclass(frozen=True, slots=True)
class HandedOverPage:
    """Some of the people, by ``person_id``, and how many there are on all pages together."""

    people: tuple[HandedOver, ...]
    total: int
