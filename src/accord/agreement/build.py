"""From the document that people write to the plan that runs; total on documents that passed every check."""

from collections.abc import Mapping
from typing import Literal, cast
from zoneinfo import ZoneInfo

from accord.agreement.build_business import build_credit, build_goal, build_meeting, build_prices, build_spending
from accord.agreement.build_care import (
    build_deadline,
    build_nurture,
    build_recycle,
    build_recycling,
    build_stays,
    calendar_of,
    optional_rule,
)
from accord.agreement.build_rules import build_rule, build_where
from accord.agreement.document import Document, RejectReasonEntry, RoutingEntry
from accord.agreement.document_sla import (
    BreachStepEntry,
    CalendarEntry,
    MarketingDeadlineEntry,
    MarketingPromiseEntry,
    SalesPromiseEntry,
)
from accord.agreement.fingerprint import outcome_fingerprint, wording_fingerprint
from accord.agreement.plan import (
    FUNNEL,
    Agreement,
    BreachStep,
    Criterion,
    Disqualify,
    Field,
    Handoff,
    MarketingPromise,
    RejectReason,
    Role,
    RoutingRule,
    SalesPromise,
    StageGate,
)
from accord.clock import Calendar, Hours
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel

FAST_LANE = "fast_lane"
"""The word that stands for the fast lane where a promise says for whom it is."""


def build(document: Document, lines: Mapping[str, int]) -> Agreement:
    """Return the plan of ``document``, which must have passed every check.

    Args:
        document: What people wrote.
        lines: The line of each part, for the plan to keep.
    """
    calendars = {name: build_calendar(name, entry, document.timezone) for name, entry in document.sla.calendars.items()}
    unsealed = Agreement(
        company=document.company,
        zone=ZoneInfo(document.timezone),
        currency=document.currency,
        roles={name: Role(name, tuple(map(str, role.does)), role.signs) for name, role in document.roles.items()},
        fields={
            name: Field(name, entry.type, entry.owner, tuple(map(str, entry.of or ())))
            for name, entry in document.fields.items()
        },
        criteria={name: Criterion(name, entry.says, build_rule(entry)) for name, entry in document.criteria.items()},
        score=build_score(document),
        stages=_stages(document),
        handoff=_handoff(document, calendars),
        calendars=calendars,
        sales_promises=tuple(
            _sales_promise(f"sla.sales[{place}]", entry, calendars) for place, entry in enumerate(document.sla.sales)
        ),
        marketing_promises=tuple(
            _marketing_promise(f"sla.marketing[{place}]", entry)
            for place, entry in enumerate(document.sla.marketing)
            if isinstance(entry, MarketingPromiseEntry)
        ),
        breach_steps=tuple(map(_breach_step, document.sla.on_breach)),
        routing=tuple(map(_routing_rule, document.routing)),
        outcome_fingerprint="",
        wording_fingerprint="",
        lines=dict(lines),
        stays=build_stays(document),
        recycling=build_recycling(document),
        marketing_deadlines=tuple(
            build_deadline(f"sla.marketing[{place}]", entry, calendars)
            for place, entry in enumerate(document.sla.marketing)
            if isinstance(entry, MarketingDeadlineEntry)
        ),
        nurture=tuple(
            build_nurture(f"nurture[{place}]", entry, calendars) for place, entry in enumerate(document.nurture)
        ),
        goals=tuple(build_goal(f"goals[{place}]", entry) for place, entry in enumerate(document.goals)),
        prices=build_prices(document.prices, calendars),
        spending=build_spending(document.budget),
        meetings=tuple(build_meeting(name, entry) for name, entry in document.meetings.items()),
        credit=build_credit(document.credit),
    )
    return _sealed(unsealed)


def build_calendar(name: str, entry: CalendarEntry, zone: str) -> Calendar:
    """Return the working calendar that ``entry`` describes, in its own zone or else in ``zone``.

    Raises:
        CalendarError: Its hours overlap, or there are none.
    """
    week: dict[int, tuple[Hours, ...]] = {}
    for days, intervals in entry.hours.items():
        for day in days:
            week[day] = tuple(sorted(intervals, key=lambda hours: hours.opens))
    return Calendar(name, ZoneInfo(entry.timezone or zone), week, entry.holidays, frozenset(entry.days_off))


def build_score(document: Document) -> ScoreModel:
    """Return how leads are scored."""
    score = document.score
    return ScoreModel(
        fit=tuple(
            FitClause(f"score.fit[{place}]", build_rule(entry.when), entry.points)
            for place, entry in enumerate(score.fit)
        ),
        engagement=tuple(
            EngagementClause(
                f"score.engagement[{place}]",
                entry.event,
                build_where(entry.where),
                entry.points,
                entry.half_life,
                entry.at_most,
            )
            for place, entry in enumerate(score.engagement)
        ),
        grades=tuple(Grade(name, entry.fit, entry.engagement) for name, entry in score.grades.items()),
    )


def calendar_used(document: Document, name: str | None) -> str | None:
    """Return the calendar that ``name`` stands for: the first where none is named; None where there is none."""
    return name if name is not None else next(iter(document.sla.calendars), None)


def percent_of(entry: BreachStepEntry) -> int:
    """Return the percentage of the time at which the step is taken."""
    return 100 if entry.after is None else entry.after


def _sealed(agreement: Agreement) -> Agreement:
    values = {name: getattr(agreement, name) for name in Agreement.__dataclass_fields__}
    values["outcome_fingerprint"] = outcome_fingerprint(agreement)
    values["wording_fingerprint"] = wording_fingerprint(agreement)
    return Agreement(**values)


def _stages(document: Document) -> tuple[StageGate, ...]:
    gates = [
        StageGate(stage, build_rule(entry.when), entry.checked_by)
        for stage, entry in document.stages.items()
        if entry.when is not None
    ]
    return tuple(sorted(gates, key=lambda gate: FUNNEL.index(gate.stage)))


def _handoff(document: Document, calendars: Mapping[str, Calendar]) -> Handoff:
    entry = document.handoff
    return Handoff(
        at=entry.at,
        fast_lane=optional_rule(entry.fast_lane),
        marketing_hands_over=tuple(map(str, entry.marketing_hands_over)),
        decide_within=entry.decide_within,
        calendar=calendars[calendar_used(document, entry.calendar) or ""],
        if_undecided=cast('Literal["accepted", "escalated"]', entry.if_undecided),
        reject_reasons={name: _reason(document, name, reason) for name, reason in entry.reject_reasons.items()},
        sales_checks=tuple(map(str, entry.sales_checks)),
    )


def _reason(document: Document, name: str, entry: RejectReasonEntry) -> RejectReason:
    if entry.then == "disqualify":
        return RejectReason(name, entry.label, Disqualify())
    return RejectReason(name, entry.label, build_recycle(document, entry))


def _routing_rule(entry: RoutingEntry) -> RoutingRule:
    return RoutingRule(
        to=entry.to,
        when=optional_rule(entry.when),
        company_owner_first=entry.company_owner_first,
        match=tuple(map(str, entry.match or ())),
        queue=entry.queue,
        at_most=entry.at_most,
        last_owner_first=entry.last_owner_first,
        only_on_shift=entry.only_on_shift,
    )


def _sales_promise(name: str, entry: SalesPromiseEntry, calendars: Mapping[str, Calendar]) -> SalesPromise:
    fast_lane = entry.for_ == FAST_LANE
    return SalesPromise(
        name=name,
        fast_lane=fast_lane,
        when=None if fast_lane else optional_rule(entry.for_),
        first_attempt=entry.first_attempt,
        attempts=entry.attempts,
        over=entry.over,
        calendar=calendar_of(calendars, entry.calendar),
    )


def _marketing_promise(name: str, entry: MarketingPromiseEntry) -> MarketingPromise:
    per = cast('Literal["week", "month", "quarter"]', entry.per)
    return MarketingPromise(name, entry.deliver, entry.stage, per, entry.accepted)


def _breach_step(entry: BreachStepEntry) -> BreachStep:
    percent = percent_of(entry)
    if entry.reassign:
        return BreachStep(percent, "reassign", "owner")
    if entry.take_offline is not None:
        return BreachStep(percent, "take_offline", "owner", entry.take_offline)
    action: Literal["remind", "tell"] = "remind" if entry.remind is not None else "tell"
    return BreachStep(percent, action, cast('Literal["owner", "manager"]', entry.remind or entry.tell))
