"""Verbs of the backtests app: asking for a backtest, and carrying it out."""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from accord.agreement import Agreement, load
from accord.errors import AccordError
from accord.insight.backtest import HandedOver
from accord.rules import instant
from accord.server.accounts.access import STAFF, require
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.agreements.services import AgreementRefusedError, agreement_of
from accord.server.backtests.models import Backtest, BacktestPerson
from accord.server.backtests.results import stored
from accord.server.queue import wake

log = logging.getLogger(__name__)

LONGEST_DAYS = 5 * 366
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
MOST_AT_ONCE = 5
"""Backtests of one person that may wait or be under way: they are carried out one by one, and others wait too."""
MOST_BEGINNINGS = 3
"""A backtest that takes its worker down each time, say for want of memory, must not do so for ever."""
EVERY = 0.5
"""Seconds between two words of progress that are stored."""

UNFINISHED = (Backtest.Status.WAITING, Backtest.Status.RUNNING)

_MARK = """
SELECT concat_ws(
    ' ',
    (SELECT max(id) FROM people_company),
    (SELECT max(id) FROM people_person),
    (SELECT max(id) FROM people_touchpoint),
    (SELECT max(id) FROM people_fieldchange),
    (SELECT max(id) FROM pipeline_lead),
    (SELECT max(id) FROM pipeline_stagechange),
    (SELECT max(id) FROM handoffs_offer),
    (SELECT max(decided_at) FROM handoffs_offer),
    (SELECT max(id) FROM pipeline_deal),
    (SELECT max(id) FROM pipeline_dealchange),
    (SELECT max(id) FROM capture_importrun)
)
"""


class BacktestError(AccordError):
    """A backtest cannot be made or shown as asked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be tried.

    Attributes:
        text: The draft.
        name: What its file is called.
        revision: The proposed revision that says it; None: a document of its own.
        other: What it is compared with; None: nothing.
        first: The first day.
        last: The last one, itself included.
        capacity: Leads that sales can take in a week; None: not said.
    """

    text: str
    name: str
    revision: Revision | None
    other: Revision | None
    first: date
    last: date
    capacity: int | None = None


def draft_of(text: str, name: str) -> Agreement:
    """Return what a draft says.

    Raises:
        AgreementRefusedError: It has errors, all of which it names.
    """
    loaded = load(text, name)
    if loaded.agreement is None:
        raise AgreementRefusedError(loaded.issues)
    return loaded.agreement


def check_days(first: date, last: date) -> None:
    """Return if a backtest can look at these days.

    Raises:
        BacktestError: ``backtest.bad_days``: the last comes before the first, they are more than five years, or
            nothing can have happened then.
    """
    if not EARLIEST <= first <= last <= LATEST or (last - first).days > LONGEST_DAYS:
        raise BacktestError(
            "backtest.bad_days",
            f"{first} to {last} is no time to look at",
            hint="give the first day first, at most five years",
        )


def data_mark() -> str:
    """Return what says whether anything that a backtest reads has changed since."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        (said,) = cursor.fetchone()
    return hashlib.sha256(str(said).encode()).hexdigest()


@transaction.atomic
def ask(wish: Wish, *, by: User, at: datetime) -> Backtest:
    """Return the backtest of a wish: one that is under way or still true, or a new one that a worker will carry out.

    Raises:
        AgreementRefusedError: The draft has errors.
        BacktestError: ``backtest.bad_days``, or ``backtest.too_many`` of theirs wait already.
        AccessError: Their role may not look at backtests.
    """
    require(by, STAFF, "try a draft on the past")
    check_days(wish.first, wish.last)
    draft = draft_of(wish.text, wish.name)
    mark = data_mark()
    same = Backtest.objects.select_for_update().filter(
        draft_fingerprint=draft.outcome_fingerprint,
        other=wish.other,
        first=wish.first,
        last=wish.last,
        capacity=wish.capacity,
        data_mark=mark,
        revision=wish.revision,
    )
    if known := same.exclude(status=Backtest.Status.FAILED).first():
        return known
    if Backtest.objects.filter(asked_by=by, status__in=UNFINISHED).count() >= MOST_AT_ONCE:
        raise BacktestError(
            "backtest.too_many",
            f"{MOST_AT_ONCE} backtests of yours are still to be carried out",
            hint="ask for another one when they are done",
        )
    asked = Backtest.objects.create(
        draft_text=wish.text,
        draft_name=wish.name,
        draft_fingerprint=draft.outcome_fingerprint,
        revision=wish.revision,
        other=wish.other,
        first=wish.first,
        last=wish.last,
        capacity=wish.capacity,
        data_mark=mark,
        asked_by=by,
        asked_at=at,
    )
    wake("backtests.run_waiting")
    return asked


def run_waiting() -> int:
    """Carry out every backtest that waits, the oldest first; return how many.

    One that was under way when its worker died is begun anew, but not for ever: nobody else carries out backtests
    meanwhile.
    """
    done = 0
    unfinished = Backtest.objects.filter(status__in=UNFINISHED)
    while (backtest := unfinished.order_by("asked_at", "pk").first()) is not None:
        if not _run(backtest):
            break  # whoever took it over goes on with the others
        done += 1
    return done


def _run(backtest: Backtest) -> bool:
    """Carry out a backtest, or say why it failed; return False if another worker has taken it over meanwhile."""
    # Imported here, where a worker needs it: it brings the engine along, which no page is to load.
    from accord.server.backtests.replay import Asked, replay  # noqa: PLC0415

    if backtest.begun >= MOST_BEGINNINGS:
        return _fail(
            backtest,
            f"its worker ended {backtest.begun} times while it ran; try fewer days, or give the worker more memory",
        )
    backtest.status = Backtest.Status.RUNNING
    backtest.begun += 1
    backtest.data_mark = data_mark()
    backtest.save(update_fields=["status", "begun", "data_mark"])
    try:
        asked = Asked(
            draft=draft_of(backtest.draft_text, backtest.draft_name),
            other=agreement_of(backtest.other) if backtest.other else None,
            first=backtest.first,
            last=backtest.last,
            capacity=backtest.capacity,
        )
        replayed = replay(asked, _Told(backtest))
        with transaction.atomic():
            if not _is_ours(backtest):
                return False
            backtest.people.all().delete()
            BacktestPerson.objects.bulk_create((_person(backtest, each) for each in replayed.people), batch_size=2_000)
            backtest.result = stored(replayed.comparison, replayed.weights)
            backtest.snapshot_at, backtest.status = replayed.at, Backtest.Status.DONE
            backtest.finished_at, backtest.error = timezone.now(), ""
            backtest.save()
    except Exception as error:  # one backtest that fails must not hold up the others
        log.exception("backtest %s failed", backtest.pk)
        return _fail(backtest, _why(error, backtest))
    return True


def _why(error: Exception, backtest: Backtest) -> str:
    """Return why a backtest failed, for whoever asked for it; all else stands in the worker's log."""
    match error:
        case AccordError():
            return str(error)
        case OSError():
            return f"the worker cannot use its working folder ({error.strerror or error}); mend that, then try it again"
    return f"an error that nobody foresaw; the worker's log tells more, beside “backtest {backtest.pk} failed”"


def _is_ours(backtest: Backtest) -> bool:
    """Return whether nobody has begun it again meanwhile, and keep it so until the end of the transaction.

    A worker that is too busy to show that it is alive is taken for dead, and its backtest carried out by another.
    """
    row = Backtest.objects.select_for_update().filter(pk=backtest.pk).values_list("begun", "status").first()
    return row is not None and row[0] == backtest.begun and row[1] in UNFINISHED


@transaction.atomic
def _fail(backtest: Backtest, why: str) -> bool:
    if not _is_ours(backtest):
        return False
    backtest.status, backtest.error, backtest.finished_at = Backtest.Status.FAILED, why, timezone.now()
    backtest.save(update_fields=["status", "error", "finished_at"])
    return True


class _Told:
    """Stores how far a backtest is, now and then."""

    def __init__(self, backtest: Backtest) -> None:
        self._row = Backtest.objects.filter(pk=backtest.pk)
        self._last = 0.0

    def __call__(self, doing: str, share: float) -> None:
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._last = now
            self._row.update(doing=doing[:100], share=share)


def _person(backtest: Backtest, found: HandedOver) -> BacktestPerson:
    draft, other, accepted, won = (
        None if us is None else instant(us) for us in (found.draft_us, found.other_us, found.accepted_us, found.won_us)
    )
    return BacktestPerson(
        backtest=backtest,
        person_id=found.person_id,
        fate=found.fate or "",
        draft_at=draft,
        other_at=other,
        fast_lane=found.draft_fast_lane,
        accepted_at=accepted,
        rejected=found.rejected,
        won_at=won,
        revenue_cents=found.revenue_cents,
    )
