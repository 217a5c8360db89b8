"""Taking in what somebody sent with a form: kept, judged, and in the log, in one transaction, before it is answered."""

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_network

from django.conf import settings
from django.db import connection, transaction

from accord.server.forms.checks import BURST, THRESHOLD, TOO_MANY_FROM_ONE, Circumstances, findings, points
from accord.server.forms.messages import filled, message_of
from accord.server.forms.models import Consent, ConsentText, Form, Submission
from accord.server.forms.reading import Post
from accord.server.forms.stamp import Stamp
from accord.server.people.addresses import email_key_or_none
from accord.server.queue import wake
from accord.server.tracking.log import append
from accord.traffic.networks import cut, read_ip

SORT_OUT = "forms.sort_out"
"""The job that looks at the whole of a burst once it is seen to be one."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of a post from its connection.

    Attributes:
        address: Of the network, whole; only a keyed digest of it is kept, for a day.
        origin: The website, as the browser states it; empty: it does not.
    """

    address: str
    user_agent: str
    origin: str


@transaction.atomic
def receive(
    form: Form, post: Post, sender: Sender, stamp: Stamp | None = None, known_email: str = "", *, at: datetime
) -> Submission:
    """Keep a submission and return it; unless it is spam, what it says is in the log then.

    The same person within the form's window (by address, else the same content) submits once: a later post adds what it
    says, and is no further touchpoint. Two that come at the same moment wait for each other.

    Args:
        form: Which, with its source loaded.
        post: What was sent.
        sender: From where.
        stamp: Of the page of ours that held the form; None if it stood elsewhere.
        known_email: The address of the visitor, if that is known and was not asked for this reason.
        at: Now.
    """
    boxes = _shown(form, post.shown)
    ticked = {text.pk for text in boxes if post.fields.get(f"consent_{text.purpose}")}
    names = {f"consent_{text.purpose}" for text in boxes}
    fields = {name: value for name, value in post.fields.items() if name not in names}
    email_key = email_key_or_none(filled(form, fields).get("person.email", "")) or known_email
    digest = sender_digest(sender.address)
    one_at_a_time(same := sameness(form, email_key, fields))
    found = findings(
        Circumstances(
            form=form, post=post, at=at, origin=sender.origin, address=sender.address, ip_prefix=cut(sender.address),
            sender=digest, user_agent=sender.user_agent, email_key=email_key, stamp=stamp,
        )
    )  # fmt: skip
    submission = Submission(
        form=form,
        message_id=uuid.uuid4(),
        at=at,
        verdict=Submission.Verdict.SPAM if points(found) >= THRESHOLD else Submission.Verdict.TAKEN,
        points=min(points(found), 32_767),
        reasons=found,
        fields=fields,
        email_key=email_key,
        same=same,
        sender=digest,
        ip_prefix=cut(sender.address),
        user_agent=sender.user_agent,
        page=post.page,
        referrer=post.referrer,
        ours=stamp is not None,
    )
    submission.anonymous_id = post.anonymous_id or f"form-{submission.message_id.hex}"
    if submission.verdict == Submission.Verdict.TAKEN:
        mark_double(submission)
        if submission.double_of is not None:
            submission.verdict = Submission.Verdict.DOUBLE
    if submission.verdict == Submission.Verdict.SPAM:
        _look_for_a_burst(submission)
    else:
        log_it(submission, [(text.purpose, text.pk in ticked) for text in boxes], ip=sender.address, at=at)
    submission.save()
    Consent.objects.bulk_create(Consent(submission=submission, text=text, given=text.pk in ticked) for text in boxes)
    return submission


def _shown(form: Form, ids: Collection[int]) -> list[ConsentText]:
    return list(ConsentText.objects.filter(form=form, pk__in=[key for key in ids if key < 2**63])) if ids else []


def sameness(form: Form, email_key: str, fields: object) -> uuid.UUID:
    """Return what two submissions of one form share if they are of one person, or, without address, of one content."""
    what = email_key or json.dumps(fields, sort_keys=True)
    return uuid.UUID(bytes=hashlib.blake2b(f"{form.pk}:{what}".encode(), digest_size=16).digest())


def sender_digest(address: str) -> uuid.UUID | None:
    """Return by what one sender is known from another for a while; of IPv6, whose end changes by itself, its network.

    None where the address is not known.
    """
    found = read_ip(address)
    if found is None:
        return None
    text = str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return uuid.UUID(bytes=hashlib.blake2b(text.encode(), key=key, digest_size=16).digest())


def one_at_a_time(same: uuid.UUID) -> None:
    """Wait for whoever submits the same at this moment, until they have committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(same.bytes[:8], "big", signed=True)])


def mark_double(submission: Submission) -> None:
    """Say which submission this one repeats, if one of the same person counts within the form's window."""
    window = timedelta(minutes=submission.form.window_minutes)
    counted = Submission.objects.filter(same=submission.same, double_of=None, logged_at__isnull=False)
    counted = counted.filter(at__gt=submission.at - window, at__lt=submission.at + window).exclude(pk=submission.pk)
    submission.double_of = next((one for one in counted.order_by("at", "pk") if not one.is_spam), None)


def log_it(submission: Submission, consents: Sequence[tuple[str, bool]], *, ip: str, at: datetime) -> None:
    """Append the message of a submission to the log; of one that says nothing new, none.

    In the caller's transaction, which stores ``logged_at`` as well.

    Args:
        submission: Which.
        consents: The purposes that it was asked about, and whether they were ticked.
        ip: The address it came from, or the first of its network.
        at: Now; the message keeps when it was sent.
    """
    first = submission.double_of
    if first is not None and submission.fields.items() <= first.fields.items():
        return
    append(submission.form.source, [message_of(submission, submission.form, ip=ip, consents=consents)], received_at=at)
    submission.logged_at = at


def _look_for_a_burst(submission: Submission) -> None:
    lately = Submission.objects.filter(sender=submission.sender, at__gt=submission.at - BURST)
    if submission.sender is not None and lately.count() >= TOO_MANY_FROM_ONE:
        wake(SORT_OUT)
