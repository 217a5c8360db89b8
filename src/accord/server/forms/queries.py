"""What the Forms pages read: forms with what came of them, submissions, and the consents of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.forms.fields import FormError
from accord.server.forms.messages import TOUCHPOINT
from accord.server.forms.models import Consent, Form, Openings, Submission
from accord.server.handoffs.spam import fate_in_words
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.sources import KEEPERS

LATELY = timedelta(days=30)
LONGEST_SEARCH = 100
SPAM = Q(said="spam") | Q(said="", verdict="spam")
DOUBLE = ~SPAM & Q(double_of__isnull=False)
TAKEN = ~SPAM & Q(double_of=None)
STATES: Mapping[str, tuple[str, Q]] = {
    "taken": ("Taken in", TAKEN),
    "double": ("Sent twice", DOUBLE),
    "spam": ("Spam", SPAM),
}
"""By the name in addresses: the label, and which submissions they are."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form, and what came of it in the last 30 days.

    Attributes:
        taken: Submissions that count; ``spam`` those that are spam.
        last_at: When the last one came that is no spam, at any time; None: none ever.
        opened: How often the form's own page was opened.
        converted: Submissions from that page that count.
    """

    form: Form
    taken: int
    spam: int
    last_at: datetime | None
    opened: int
    converted: int

    @property
    def conversion(self) -> float | None:
        """Which share of those who opened its page sent it; None where nobody opened it."""
        return min(self.converted / self.opened, 1.0) if self.opened else None

    @property
    def spam_share(self) -> float | None:
        """Which share of what was sent is spam; None if nothing was sent."""
        return self.spam / (self.taken + self.spam) if self.taken + self.spam else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions are wanted; empty: all.

    Attributes:
        state: One of ``STATES``.
        text: Part of the address.
    """

    form: int | None = None
    state: str = ""
    text: str = ""

    @property
    def filtered(self) -> bool:
        """Whether anything narrows them."""
        return bool(self.form or self.state or self.text)


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be understood is left out."""
    form, state = given.get("form", ""), given.get("state", "")
    return Wanted(
        form=int(form) if form.isascii() and form.isdigit() and len(form) < 18 else None,
        state=state if state in STATES else "",
        text=given.get("q", "").replace("\x00", "").strip().lower()[:LONGEST_SEARCH],
    )


def form_rows(reader: User, at: datetime) -> list[FormRow]:
    """Return every form, by name.

    Raises:
        AccessError: Their role does not keep forms.
    """
    require(reader, KEEPERS, "see the forms")
    return _rows(Form.objects.select_related("source", "changed_by"), at)


def form_row(key: int, reader: User, at: datetime) -> FormRow:
    """Return one form.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.unknown``.
    """
    require(reader, KEEPERS, "see the forms")
    found = _rows(Form.objects.select_related("source", "changed_by").filter(pk=key), at)
    if not found:
        raise FormError("form.unknown", "there is no such form")
    return found[0]


def _rows(forms: QuerySet[Form], at: datetime) -> list[FormRow]:
    lately = Q(at__gt=at - LATELY)
    counts: dict[int, dict[str, Any]] = {
        row["form"]: dict(row)
        for row in Submission.objects.order_by()
        .filter(form__in=forms.values("pk"))
        .values("form")
        .annotate(
            taken=Count("pk", filter=lately & TAKEN),
            spam=Count("pk", filter=lately & SPAM),
            converted=Count("pk", filter=lately & TAKEN & Q(ours=True)),
            last_at=Max("at", filter=~SPAM),
        )
    }
    opened = dict(
        Openings.objects.filter(day__gt=(at - LATELY).date()).values_list("form").annotate(all=Sum("count")).order_by()
    )
    none = {"taken": 0, "spam": 0, "converted": 0, "last_at": None}
    return [_row(form, counts.get(form.pk, none), opened.get(form.pk, 0)) for form in forms]


def _row(form: Form, found: Mapping[str, Any], opened: int) -> FormRow:
    return FormRow(form, found["taken"], found["spam"], found["last_at"], opened, found["converted"])


def submissions(asked: Wanted, reader: User) -> QuerySet[Submission]:
    """Return submissions, newest first.

    Raises:
        AccessError: Their role does not keep forms.
    """
    require(reader, KEEPERS, "see what was submitted")
    rows = Submission.objects.select_related("form__source", "said_by")
    if asked.form is not None:
        rows = rows.filter(form=asked.form)
    if asked.state:
        rows = rows.filter(STATES[asked.state][1])
    if asked.text:
        rows = rows.filter(email_key__contains=asked.text)
    return rows


@dataclass(frozen=True, slots=True)
class Whole:
    """One submission with all that is kept of it.

    Attributes:
        consents: Which text was shown, and whether it was ticked.
        touchpoint: What it became; None: nothing, or not yet.
        lead: Of the person; None: none.
        fate: What became of the lead that it opened, if it is spam; else empty.
    """

    submission: Submission
    consents: list[Consent]
    touchpoint: Touchpoint | None
    lead: int | None
    fate: str = ""


def submission(key: int, reader: User) -> Whole:
    """Return one submission.

    Raises:
        AccessError: Their role does not keep forms.
        FormError: ``form.unknown_submission``.
    """
    require(reader, KEEPERS, "see what was submitted")
    found = Submission.objects.select_related("form__source", "said_by", "double_of").filter(pk=key).first()
    if found is None:
        raise FormError("form.unknown_submission", "there is no such submission")
    consents = list(found.consents.select_related("text"))
    first = found.double_of or found
    touchpoint = Touchpoint.objects.filter(message_id=f"{found.form.source_id}:{first.message_id.hex}").first()
    person = touchpoint.person_id if touchpoint is not None else None
    lead = (
        Lead.objects.filter(person=person).order_by("-cycle").values_list("pk", flat=True).first() if person else None
    )
    fate = fate_in_words(touchpoint) if found.is_spam and touchpoint is not None else ""
    return Whole(found, consents, touchpoint, lead, fate)


def state_of(found: Submission) -> str:
    """Return in which of ``STATES`` a submission is."""
    if found.is_spam:
        return "spam"
    return "double" if found.double_of_id else "taken"


def consents_of(person: int) -> list[Consent]:
    """Return what somebody was asked to agree to with forms, and what they answered, the latest first.

    What is spam, or went to somebody else, is no answer of theirs.
    """
    sent = Touchpoint.objects.filter(person=person, event=TOUCHPOINT).values_list("message_id", flat=True)
    ids = [found for each in sent if (found := _submitted(each)) is not None]
    theirs = Q(submission__message_id__in=ids) | Q(submission__double_of__message_id__in=ids)
    answers = Consent.objects.filter(theirs).select_related("text", "submission__form__source")
    ordered = answers.order_by("-submission__at", "-submission", "text__purpose")
    return [each for each in ordered if not each.submission.is_spam]


def _submitted(message_id: str) -> UUID | None:
    """Return the id of the submission that a touchpoint came of; None if it came of none."""
    try:
        return UUID(message_id.partition(":")[2])
    except ValueError:
        return None
