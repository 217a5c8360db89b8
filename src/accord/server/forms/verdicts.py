"""What a person says of a submission, and what follows from it; bursts, which show only once they have begun."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.forms.checks import BURST, TOO_MANY_FROM_ONE, burst_finding
from accord.server.forms.fields import FormError
from accord.server.forms.models import Submission
from accord.server.forms.receiving import log_it, mark_double, one_at_a_time
from accord.server.handoffs.spam import bring_back, close
from accord.server.people.visiting import call_spam
from accord.server.pipeline.judging import review
from accord.server.tracking.sources import KEEPERS
from accord.server.tracking.work import put_back, withdraw

SENDER_KEPT = timedelta(days=1)
Word = Submission.Word


@transaction.atomic
def say(key: int, word: Word, *, by: User, at: datetime) -> Submission:
    """Say that a submission is spam, or that it is not; ``Word.NOTHING`` takes back what was said.

    Spam does not count from now on, and the lead that it opened is closed unless something else speaks for it. What is
    not spam is taken in as if it came now, with its own time. To say the same twice changes nothing.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.unknown_submission``; ``form.too_old`` if the log has it no longer.
    """
    require(by, KEEPERS, "say what is spam")
    found = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("form__source")
    submission = found.filter(pk=key).first()
    if submission is None:
        raise FormError("form.unknown_submission", "there is no such submission")
    if submission.said == word:
        return submission
    before, said_before = submission.is_spam, submission.said
    submission.said, submission.said_by, submission.said_at = word, by if word else None, at if word else None
    submission.save(update_fields=["said", "said_by", "said_at"])
    if submission.is_spam != before:
        _carry_out(submission, at, by)
    record("submission.judged", f"submission:{key}", actor=by, at=at, said=word.value, before=said_before)
    return submission


def _carry_out(submission: Submission, at: datetime, by: User | None) -> None:
    """Have a submission count, or no longer, in the caller's transaction."""
    source, message_id, logged_at = submission.form.source_id, submission.message_id.hex, submission.logged_at
    if logged_at is None:
        if not submission.is_spam:
            one_at_a_time(submission.same)
            mark_double(submission)
            consents = [(each.text.purpose, each.given) for each in submission.consents.select_related("text")]
            log_it(submission, consents, ip=submission.ip_prefix.partition("/")[0], at=at)
            submission.save(update_fields=["double_of", "logged_at"])
        return
    if submission.is_spam and withdraw(source, message_id, logged_at):
        return
    touchpoint = call_spam(f"{source}:{message_id}", spam=submission.is_spam)
    if touchpoint is not None and touchpoint.person_id is not None:
        (close if submission.is_spam else bring_back)(touchpoint, at=at, by=by)
        review(Q(pk=touchpoint.person_id), at)
    elif touchpoint is None and not submission.is_spam and not put_back(source, message_id, logged_at):
        raise FormError("form.too_old", "it came too long ago: the log of messages has it no longer")


def sort_out(at: datetime) -> int:
    """Call spam what came as part of a burst before it was seen to be one; return how many submissions that were.

    What somebody has said of one stands.
    """
    lately = Submission.objects.filter(at__gt=at - BURST, at__lte=at, sender__isnull=False)
    bursts = lately.values("sender").annotate(count=Count("pk")).filter(count__gt=TOO_MANY_FROM_ONE)
    counts = dict(bursts.values_list("sender", "count"))
    passed = lately.filter(sender__in=counts, said="").exclude(verdict=Submission.Verdict.SPAM)
    return sum(_is_part(key, counts[sender], at) for key, sender in list(passed.values_list("pk", "sender")))


@transaction.atomic
def _is_part(key: int, count: int, at: datetime) -> bool:
    found = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("form__source")
    submission = found.get(pk=key)
    if submission.said or submission.verdict == Submission.Verdict.SPAM:
        return False
    points, why = burst_finding(count)
    submission.verdict = Submission.Verdict.SPAM
    submission.points += points
    submission.reasons = [[points, why], *submission.reasons]
    submission.save(update_fields=["verdict", "points", "reasons"])
    _carry_out(submission, at, by=None)
    return True


def forget_senders(at: datetime) -> int:
    """Forget by which address submissions came that are older than a day; return how many they were."""
    return Submission.objects.filter(sender__isnull=False, at__lt=at - SENDER_KEPT).update(sender=None)
