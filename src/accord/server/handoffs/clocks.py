"""Clocks on the database: they start, remind, are put on hold and run on, run out, and stop.

The working time itself is computed by ``accord.clock``. A clock is a row with the next instant at which something is to
happen; ``escalation.py`` claims the rows that are due.
"""

from dataclasses import dataclass
from datetime import datetime

from accord.agreement import Agreement, BreachStep, SalesPromise
from accord.clock import Absence, Budget, Calendar, due, elapsed, part_due
from accord.server.accounts.models import User
from accord.server.agreements.services import agreement_of
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer

BREACH = 100
"""Per cent of a promise's time at which it is broken."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How much time a clock allows, on whose calendar, and when it was on hold."""

    budget: Budget
    calendar: Calendar
    pauses: tuple[Absence, ...]

    def due(self, start: datetime) -> datetime:
        """Return when a clock that started then is due."""
        return due(start, self.budget, self.calendar, self.pauses)


def leave_of(owner: User | None) -> tuple[Absence, ...]:
    """Return the leave of an owner as working time sees it."""
    return tuple(Absence(leave.start, leave.end) for leave in owner.leaves.all()) if owner else ()


def start(offer: Offer, agreement: Agreement, promise: SalesPromise | None, at: datetime) -> list[Clock]:
    """Start the clocks of a new offer: the decision, the first attempt, and the number of attempts owed."""
    wanted: list[tuple[Clock.Promise, int]] = [(Clock.Promise.DECIDE, 1)]
    if promise is not None:
        wanted.append((Clock.Promise.FIRST_ATTEMPT, 1))
        if promise.attempts and promise.over:
            wanted.append((Clock.Promise.ATTEMPTS, promise.attempts))
    made = [
        Clock(
            lead_id=offer.lead_id,
            offer=offer,
            revision=offer.revision,
            promise=kind,
            clause="handoff.decide_within" if kind == Clock.Promise.DECIDE else offer.promise,
            needed=needed,
        )
        for kind, needed in wanted
    ]
    return start_all(made, agreement, at)


def start_all(made: list[Clock], agreement: Agreement, at: datetime) -> list[Clock]:
    """Let clocks run from ``at`` on, each until the clause that it carries out says; they are stored here."""
    for clock in made:
        terms = terms_of(clock, agreement)
        clock.started_at, clock.due_at = at, due(at, terms.budget, terms.calendar)
        clock.next_check_at = _next_step(clock, agreement, terms, after=at)
    Clock.objects.bulk_create(made)
    ClockEvent.objects.bulk_create(ClockEvent(clock=clock, kind=ClockEvent.Kind.STARTED, at=at) for clock in made)
    return made


def terms_of(clock: Clock, agreement: Agreement) -> Terms:
    """Return what the agreement allows for a promise: sales on the owner's working calendar, marketing on its own."""
    if clock.offer is None:
        deadline = next(each for each in agreement.marketing_deadlines if each.name == clock.clause)
        return Terms(deadline.within, deadline.calendar, pauses_of(clock))
    leave = leave_of(clock.offer.owner)
    if clock.promise == Clock.Promise.DECIDE:
        handoff = agreement.handoff
        return Terms(handoff.decide_within, handoff.calendar.without(leave), pauses_of(clock))
    promise = next(promise for promise in agreement.sales_promises if promise.name == clock.clause)
    first = clock.promise == Clock.Promise.FIRST_ATTEMPT
    budget = promise.first_attempt if first else promise.over or promise.first_attempt
    return Terms(budget, promise.calendar.without(leave), pauses_of(clock))


def pauses_of(clock: Clock) -> tuple[Absence, ...]:
    """Return when a clock was on hold, by what it did; a hold that is not over is none yet."""
    if not clock.on_hold:
        return ()
    turns = clock.events.filter(kind__in=(ClockEvent.Kind.PAUSED, ClockEvent.Kind.RESUMED))
    at = list(turns.order_by("at", "pk").values_list("at", flat=True))
    return tuple(Absence(since, until) for since, until in zip(at[::2], at[1::2], strict=False) if since < until)


def instants(clock: Clock, agreement: Agreement, terms: Terms) -> list[tuple[datetime, BreachStep | None]]:
    """Return when each step of the agreement falls due on a clock, in order; None stands for the breach itself.

    No lead is taken away from marketing, which has no other to give it to, and nobody there is on a rota. Of what falls
    on one instant a lead is given to somebody else last, since that ends the clock.
    """
    steps: list[tuple[datetime, BreachStep | None]] = [(clock.due_at, None)]
    for step in agreement.breach_steps:
        if clock.offer is None and step.action in {"reassign", "take_offline"}:
            continue
        if step.percent == BREACH:
            steps.append((clock.due_at, step))
        else:
            at = part_due(clock.started_at, terms.budget, terms.calendar, step.percent, terms.pauses)
            steps.append((at, step))
    return sorted(steps, key=lambda pair: (pair[0], pair[1] is not None and pair[1].action == "reassign"))


def _next_step(clock: Clock, agreement: Agreement, terms: Terms, after: datetime) -> datetime | None:
    return next((instant for instant, _ in instants(clock, agreement, terms) if instant > after), None)


def extend(clock: Clock, agreement: Agreement, at: datetime) -> bool:
    """Give a clock the time that the owner's leave takes from it; return whether that changed its deadline.

    Leave gives time and takes none: half a day of it ends a working day early, but not for what was promised before.
    """
    due_at = terms_of(clock, agreement).due(clock.started_at)
    if due_at <= clock.due_at:
        return False
    clock.due_at = due_at
    if clock.paused_at is None:
        clock.next_check_at = at  # the sweep finds what has passed by then, and what comes next
    return True


def steps_passed(clock: Clock, agreement: Agreement, at: datetime) -> list[BreachStep | None]:
    """Return the steps that fall due by ``at``, and push the clock's next check to the one after them."""
    terms = terms_of(clock, agreement)
    clock.next_check_at = _next_step(clock, agreement, terms, after=at)
    return [step for instant, step in instants(clock, agreement, terms) if instant <= at]


def pause(offer: Offer, *, at: datetime, why: str) -> None:
    """Put every clock of an offer on hold: while sales waits for somebody else, its time stands still."""
    for clock in running(offer, *Clock.Promise):
        if clock.paused_at is None:
            clock.paused_at, clock.next_check_at = max(at, clock.started_at), None
            clock.save(update_fields=["paused_at", "next_check_at"])
            _happened(clock, ClockEvent.Kind.PAUSED, clock.paused_at, why)


def resume(offer: Offer, *, at: datetime, why: str) -> None:
    """Let the clocks of an offer run on, with as much working time left as when they were put on hold."""
    for clock in running(offer, *Clock.Promise):
        if clock.paused_at is not None:
            _run_on(clock, at, why)
            clock.next_check_at = at  # the sweep finds what comes next
            clock.save(update_fields=["paused_at", "on_hold", "due_at", "next_check_at"])


def _run_on(clock: Clock, at: datetime, why: str) -> None:
    """End a hold; the caller saves."""
    if clock.paused_at is None:
        return
    at = max(at, clock.paused_at)
    clock.on_hold, clock.paused_at = clock.on_hold + (at - clock.paused_at), None
    _happened(clock, ClockEvent.Kind.RESUMED, at, why)
    terms = terms_of(clock, agreement_of(clock.revision))
    clock.due_at = max(clock.due_at, terms.due(clock.started_at))  # what had run out before stays run out


def _happened(clock: Clock, kind: ClockEvent.Kind, at: datetime, why: str) -> None:
    """Write down what may happen to a clock more than once."""
    times = clock.events.filter(kind=kind).count()
    ClockEvent.objects.create(clock=clock, kind=kind, at=at, step=f"no. {times + 1}", note=why[:300])


def move(clock: Clock, why: str, at: datetime) -> None:
    """Write down why the deadline of a clock was moved."""
    _happened(clock, ClockEvent.Kind.MOVED, at, why)


def stop(offer: Offer, promise: Clock.Promise, *, at: datetime, outcome: Clock.Outcome | None = None) -> None:
    """Stop one clock of an offer, if it runs; without ``outcome``, as kept or late by whether it had run out."""
    for clock in running(offer, promise):
        finish(clock, at, outcome)


def stop_all(offer: Offer, *, at: datetime, why: str = "") -> None:
    """Stop every clock of an offer that still runs: missed if its time was over, else void."""
    for clock in running(offer, *Clock.Promise):
        call_off(clock, at, why)


def go_on(offer: Offer, former: Offer, *, since: datetime, at: datetime, why: str) -> None:
    """Let the clocks of an offer run as those of a former one did that was ended at ``since`` by mistake.

    What was kept by then is not owed again; what had run out by then was missed, and begins anew.
    """
    were = {clock.promise: clock for clock in former.clocks.filter(stopped_at=since)}
    for clock in running(offer, *Clock.Promise):
        was = were.get(clock.promise)
        if was is None:
            finish(clock, at, Clock.Outcome.VOID)
        elif was.outcome == Clock.Outcome.VOID:
            _continue_as(clock, was, at, why)


def _continue_as(clock: Clock, former: Clock, at: datetime, why: str) -> None:
    """Let a clock that has just started run on from where a former one stood, as if that had never stopped.

    It takes over what the former one has done, so that nobody is reminded twice; the sweep carries out what fell due
    meanwhile.
    """
    clock.revision, clock.clause, clock.needed = former.revision, former.clause, former.needed
    clock.started_at, clock.due_at, clock.on_hold = former.started_at, former.due_at, former.on_hold
    clock.warned_at, clock.breached_at, clock.next_check_at = former.warned_at, former.breached_at, at
    clock.save()
    own = (ClockEvent.Kind.STARTED, ClockEvent.Kind.STOPPED)
    done = former.events.exclude(kind__in=own).order_by("at", "pk")
    ClockEvent.objects.bulk_create(
        ClockEvent(clock=clock, kind=each.kind, step=each.step, note=each.note, at=each.at) for each in done
    )
    move(clock, why, at)


def running(offer: Offer, *promises: Clock.Promise) -> list[Clock]:
    """Return the clocks of an offer that run on these promises, with their rows locked."""
    found = list(Clock.objects.select_for_update().filter(offer=offer, promise__in=promises, stopped_at=None))
    for clock in found:
        clock.offer, clock.revision = offer, offer.revision  # which are loaded, or are loaded once for all
    return found


def finish(clock: Clock, at: datetime, outcome: Clock.Outcome | None = None) -> None:
    """Stop a running clock whose row is locked; without ``outcome``, as kept or late by whether it had run out."""
    _stop(clock, at, outcome or Clock.Outcome.KEPT, outcome or Clock.Outcome.LATE)


def call_off(clock: Clock, at: datetime, why: str = "") -> None:
    """Stop a running clock whose promise is not owed any more: missed if its time was over, else void."""
    _stop(clock, at, Clock.Outcome.VOID, Clock.Outcome.MISSED, why)


def _stop(clock: Clock, at: datetime, in_time: Clock.Outcome, late: Clock.Outcome, why: str = "") -> None:
    at = max(at, clock.started_at)  # somebody who waited for the row that started it had looked at their watch before
    _run_on(clock, at, "It was stopped")
    ended = late if at > clock.due_at else in_time
    terms = terms_of(clock, agreement_of(clock.revision))
    clock.stopped_at, clock.outcome, clock.next_check_at = at, ended, None
    clock.response = elapsed(clock.started_at, at, terms.calendar.without(terms.pauses))
    if ended in {Clock.Outcome.LATE, Clock.Outcome.MISSED}:
        clock.breached_at = clock.breached_at or clock.due_at
    clock.save()
    ClockEvent.objects.create(clock=clock, kind=ClockEvent.Kind.STOPPED, at=at, step=ended, note=why[:300])


def count_attempt(offer: Offer, attempt: Attempt) -> list[Clock]:
    """Stop the clocks that an attempt satisfies: the first at once, the rest when enough are made or one reached.

    Returns:
        Those that it stopped.
    """
    stopped = [
        clock
        for clock in running(offer, Clock.Promise.FIRST_ATTEMPT, Clock.Promise.ATTEMPTS)
        if clock.promise == Clock.Promise.FIRST_ATTEMPT or _enough(clock, attempt)
    ]
    for clock in stopped:
        finish(clock, attempt.at)
    return stopped


def _enough(clock: Clock, attempt: Attempt) -> bool:
    if attempt.outcome == Attempt.Outcome.REACHED:
        return True
    made = Attempt.objects.filter(lead=attempt.lead_id, at__gte=clock.started_at, at__lte=attempt.at)
    return made.count() >= clock.needed
