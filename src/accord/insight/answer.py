"""What the questions answer with: one class per question, its attributes the question's columns in their order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """``funnel``: the leads that came at least as far as a stage; no rate where there is nobody to divide by."""

    stage: str
    place: int
    leads: int
    of_previous: float | None
    of_first: float | None


@dataclass(frozen=True, slots=True)
class SourceWins:
    """``win_rate_by_source``: an empty source was not stated; no amount where no won deal has one in the currency."""

    source: str
    leads: int
    won: int
    win_rate: float | None
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class DaysToWin:
    """``days_to_win``: nearest-rank percentiles of whole days; ``flagged`` deals were won before first contact."""

    deals: int
    median_days: int | None
    p90_days: int | None
    flagged: int


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """``response_times``: first attempts; percentiles of the working time of those that were ``answered``."""

    answered: int
    kept: int
    late: int
    missed: int
    overdue: int
    median_us: int | None
    p90_us: int | None


@dataclass(frozen=True, slots=True)
class MarketingDelivered:
    """``marketing_delivered``: leads at the promised stage, and what sales made of them."""

    delivered: int
    accepted: int
    rejected: int
    waiting: int
    held: int
    accepted_share: float | None

    @property
    def decided(self) -> int:
        """How many sales has accepted or rejected."""
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """``promises_kept``: one promise of one clause of one revision; ``tight`` runs and has little time left."""

    revision: int
    side: str
    clause: str
    promise: str
    due: int
    kept: int
    late: int
    missed: int
    overdue: int
    tight: int
    running: int
    on_hold: int

    @property
    def broken(self) -> int:
        """How often it was not kept in time."""
        return self.late + self.missed + self.overdue

    @property
    def settled(self) -> int:
        """How often it is known whether it was kept."""
        return self.kept + self.broken


@dataclass(frozen=True, slots=True)
class Rejections:
    """``rejections_by_reason`` and ``delivered_rejections``: the agreed reason by its name."""

    reason: str
    leads: int


@dataclass(frozen=True, slots=True)
class SecondLives:
    """``second_lives``: what became of people who went back, in any later cycle, by the reason of the first."""

    reason: str
    recycled: int
    came_back: int
    accepted: int
    won: int


@dataclass(frozen=True, slots=True)
class NobodyWorking:
    """``black_hole``: a lead that nobody is working; at least one of the last four is 1."""

    lead_id: int
    handed_over_us: int
    last_us: int
    no_owner: int
    owner_inactive: int
    not_tried: int
    silent: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``acceptance``: decisions of one part (all, source, owner, revision, reason) under one name.

    Attributes:
        name: The source, the id of the owner, the number of the revision, or the reason, as text.
        silent: Accepted because nobody decided in time; these say nothing of what sales thinks of the lead.
    """

    part: str
    name: str
    accepted: int
    rejected: int
    silent: int

    @property
    def decided(self) -> int:
        """How many somebody decided on."""
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class TriesAndOutcomes:
    """``tries_and_outcomes``: leads that waited about as long for their first attempt, and what became of them."""

    band: str
    leads: int
    accepted: int
    sql: int
    won: int


@dataclass(frozen=True, slots=True)
class CloseCount:
    """The leads of one cell of a map, and how many of them were won; an empty value is not known."""

    row_value: str
    column_value: str
    leads: int
    won: int


@dataclass(frozen=True, slots=True)
class RatioSum:
    """Deals of one group, and the sums of their shares of the list price and of the squares of these.

    Attributes:
        far: The share that each of them brought, in ten-thousandths, if it is too large for either sum; else 0.
    """

    dimension: str
    value: str
    far: int
    deals: int
    total: int
    squares: int


@dataclass(frozen=True, slots=True)
class RatioSpread:
    """How the shares of the list price lie that the deals of one group brought.

    Attributes:
        lower_middle: The share of the deal in the middle, in ten-thousandths; of an even number, of the first of both.
        upper_middle: That of the second.
        list_price: Deals at the list price or above; then those up to 5, 10 and 20 % below it, and those further below.
    """

    value: str
    lower_middle: int
    upper_middle: int
    list_price: int
    up_to_5: int
    up_to_10: int
    up_to_20: int
    more: int

    @property
    def middle(self) -> float:
        """The median, in ten-thousandths; of an even number the mean of both in the middle."""
        return (self.lower_middle + self.upper_middle) / 2

    @property
    def bands(self) -> tuple[int, ...]:
        """The deals of each band."""
        return self.list_price, self.up_to_5, self.up_to_10, self.up_to_20, self.more


@dataclass(frozen=True, slots=True)
class Unpriced:
    """``closing_unpriced``: won deals without a price, or a list price, to compare."""

    deals: int


@dataclass(frozen=True, slots=True)
class CloseCourse:
    """``closing_course``: how long wins took; no percentile of none."""

    leads: int
    won: int
    median_us: int | None
    p90_us: int | None
    first_win_us: int | None


@dataclass(frozen=True, slots=True)
class CutOff:
    """``closing_cut_off``: of a cohort, the leads too young to be won, and those from before wins were recorded."""

    leads: int
    young: int
    early: int


@dataclass(frozen=True, slots=True)
class StageConversion:
    """``stage_conversions``: from one stage to a later one.

    Attributes:
        entered: Leads that came to the first stage in the period: the cohort.
        converted: Of the cohort, those that have come to the second stage by now.
        waiting: Of the cohort, those that have not and are open.
        carried: Leads that were at the first stage when the period began, and might have gone on.
        entered_passed: Of the cohort, those that came to the second stage in the period.
        carried_passed: Likewise of those that were there before.
        median_us: Of all that passed in the period: how long it took, cut to whole seconds below
            an hour, minutes below a day, hours below 30 days, and days beyond; None: nobody did.
        p90_us: Likewise, for nine of ten.
    """

    first_place: int
    second_place: int
    entered: int
    converted: int
    waiting: int
    carried: int
    entered_passed: int
    carried_passed: int
    median_us: int | None
    p90_us: int | None

    @property
    def cohort_rate(self) -> float | None:
        """The share of the cohort that has come to the second stage by now; None of nobody."""
        return self.converted / self.entered if self.entered else None

    @property
    def passed(self) -> int:
        """How many came to the second stage in the period."""
        return self.entered_passed + self.carried_passed

    @property
    def at_hand(self) -> int:
        """How many might have come to the second stage in the period."""
        return self.entered + self.carried

    @property
    def period_rate(self) -> float | None:
        """The share of those who might have come to the second stage in the period that did; None of nobody."""
        return self.passed / self.at_hand if self.at_hand else None

    @property
    def ended(self) -> int:
        """Of the cohort, those that will not come to the second stage in this cycle."""
        return self.entered - self.converted - self.waiting

    @property
    def later(self) -> int:
        """Of the cohort, those that came to the second stage after the period."""
        return self.converted - self.entered_passed


@dataclass(frozen=True, slots=True)
class StageVelocity:
    """``velocity``: stays at one stage that were over in the period, and those that are not over.

    How long they lasted is cut as ``StageConversion.median_us`` is.
    """

    stage: str
    over: int
    median_us: int | None
    p90_us: int | None
    waiting: int
    waiting_median_us: int | None
    waiting_p90_us: int | None
