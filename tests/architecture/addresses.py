"""Every address of the server, who may open it, and one of them with what it names in a test."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accord.server.accounts.access import EVERYBODY, SELLERS, STAFF
from accord.server.accounts.models import Leave, Membership, Role, Team, User
from accord.server.agreements.models import Draft
from accord.server.agreements.services import PROPOSERS
from accord.server.backtests.models import Backtest
from accord.server.calls.models import TrackingNumber
from accord.server.calls.queries import READERS as CALL_READERS
from accord.server.capture.models import ImportRun
from accord.server.channels.asked import READERS as CHANNEL_READERS
from accord.server.closing.asked import READERS as CLOSING_READERS
from accord.server.companies.asked import READERS
from accord.server.disputes.evidence import evidence
from accord.server.disputes.models import Dispute, Sample, SampledLead
from accord.server.disputes.opening import DISPUTANTS, contest
from accord.server.disputes.sampling import JUDGES
from accord.server.duplicates.models import Duplicate, Merge
from accord.server.duplicates.proposing import DECIDERS
from accord.server.forms.editing import NEW, create
from accord.server.forms.models import Form, Submission
from accord.server.forms.reading import Post
from accord.server.forms.receiving import Sender, receive
from accord.server.handoffs.questions import ANSWERERS
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Deal, Lead
from accord.server.tracking.models import Message, Source
from accord.server.tracking.sources import KEEPERS

DRAFT = ("draft", "propose-draft", "save-draft", "set-values", "take-over-draft", "drop-draft")
FORM = ("form", "form-edit", "form-disable", "form-enable")
SUBMISSION = ("submission", "submission-judge")
SOURCE_VERBS = ("edit", "disable", "enable", "rotate", "try-again")
IMPORTERS = frozenset({Role.OPERATIONS, Role.MARKETING})
OPERATORS = frozenset({Role.OPERATIONS})
OPEN = frozenset({"health", "hook-calls", "numbers-js", "form-public", "form-thanks"})
"""What answers without a user: it knows its senders otherwise, or has nothing to hide."""
KEYED_NOTIFICATIONS = ("notifications-try-chat", "notifications-device-remove", "notifications-chat-remove")
WITHOUT_ARGUMENT = (
    "calls",
    "calls-export",
    "calls-report",
    "calls-report-rows",
    "calls-numbers",
    "calls-number-new",
)
PAGES: dict[str, frozenset[Role]] = {
    "home": EVERYBODY,
    "live": EVERYBODY,
    "notices": EVERYBODY,
    "notice": EVERYBODY,
    "notifications": EVERYBODY,
    "queue": SELLERS | {Role.AGENCY},
    "lead": STAFF,
    "lead_timeline": STAFF,
    "queue-bulk": SELLERS,
    "leads": STAFF,
    "near-misses": STAFF - {Role.SALES},
    "near-misses-export": STAFF - {Role.SALES},
    "near-miss-of": STAFF,
    "leads-export": STAFF,
    "agreement": STAFF,
    "revision": STAFF,
    "revision-file": STAFF,
    "drafts": STAFF,
    "draft": STAFF,
    "propose-draft": PROPOSERS,
    "scoreboard": STAFF,
    "scoreboard-rows": STAFF,
    "hand-offs": STAFF,
    "black-hole": STAFF,
    "black-hole-export": STAFF,
    "disputes": STAFF,
    "disputes-export": STAFF,
    "disputes-of": STAFF,
    "disputes-set-aside": STAFF,
    "dispute": STAFF,
    "disputes-samples": STAFF,
    "disputes-sample": STAFF,
    "disputes-sampled": STAFF,
    "dispute-contest": DISPUTANTS,
    "backtests": STAFF,
    "backtest-new": STAFF,
    "backtest": STAFF,
    "backtest-people": STAFF,
    "sources": KEEPERS,
    "source-new": KEEPERS,
    "source": KEEPERS,
    "source-edit": KEEPERS,
    "messages": KEEPERS,
    "message": KEEPERS,
    "companies": READERS,
    "companies-export": READERS,
    "companies-visits": READERS,
    "companies-organisation": READERS,
    "company": READERS,
    "forms": KEEPERS,
    "form-new": KEEPERS,
    "form": KEEPERS,
    "form-edit": KEEPERS,
    "consents-of": STAFF,
    "submissions": KEEPERS,
    "submissions-export": KEEPERS,
    "submission": KEEPERS,
    "duplicates": DECIDERS,
    "duplicate": DECIDERS,
    "duplicates-merge": DECIDERS,
    "duplicates-of": STAFF,
    "calls": CALL_READERS,
    "calls-export": CALL_READERS,
    "calls-report": CALL_READERS,
    "calls-report-rows": CALL_READERS,
    "calls-numbers": KEEPERS,
    "calls-number-new": KEEPERS,
    "calls-number": KEEPERS,
    "calls-setup": OPERATORS,
    "mail-setup": OPERATORS,
    "close-rates": CLOSING_READERS,
    "close-rates-export": CLOSING_READERS,
    "close-rates-leads": CLOSING_READERS,
    "discounts": CLOSING_READERS,
    "discounts-deals": CLOSING_READERS,
    "funnel": CLOSING_READERS,
    "funnel-export": CLOSING_READERS,
    "funnel-leads": CLOSING_READERS,
    "channels": CHANNEL_READERS,
    "channels-export": CHANNEL_READERS,
    "channels-rows": CHANNEL_READERS,
    "campaigns": CHANNEL_READERS,
    "campaign": CHANNEL_READERS,
    "attribution": STAFF,
    "won-deals": STAFF,
    "won-deal": STAFF,
    "restatements": STAFF,
    "board": frozenset({Role.OPERATIONS, Role.EXECUTIVE}),
    "board-give": OPERATORS,
    "teams": SELLERS,
    "teams-place": OPERATORS,
    "teams-join": OPERATORS,
    "teams-leave-new": SELLERS,
    "teams-leave": SELLERS,
    "teams-dry-run": OPERATORS,
    "imports": IMPORTERS,
    "import-run": IMPORTERS,
    "import-run-refused": IMPORTERS,
    "lead_reject": SELLERS,
    "lead_ask": SELLERS,
    "lead_answer": ANSWERERS,
    "lead_touch": ANSWERERS,
    "todo": ANSWERERS,
    "lead_snooze": SELLERS,
    "lead_log": SELLERS,
    "lead_deal": SELLERS,
    "lead_lose": SELLERS,
    "lead_correct": SELLERS,
    "lead_cancel": SELLERS,
    "lead_recycle": SELLERS,
}
"""Who may open what; a lead by its owner. An agency, besides, what it signs."""
ACTIONS: dict[str, frozenset[Role]] = {
    "source-disable": KEEPERS,
    "source-enable": KEEPERS,
    "source-rotate": KEEPERS,
    "source-try-again": KEEPERS,
    "form-preview": KEEPERS,
    "form-disable": KEEPERS,
    "form-enable": KEEPERS,
    "submission-judge": KEEPERS,
    "companies-add": READERS,
    "duplicate-merge": DECIDERS,
    "duplicate-dismiss": DECIDERS,
    "duplicate-later": DECIDERS,
    "duplicate-reconsider": DECIDERS,
    "duplicates-undo": DECIDERS,
    "dispute-say": DISPUTANTS,
    "disputes-judge": JUDGES,
    "dispute-rule": OPERATORS,
    "dispute-withdraw": DISPUTANTS,
    "dispute-draft": PROPOSERS,
    "companies-undo": READERS,
    "company-network": READERS,
    "company-list": READERS,
    "company-unlist": READERS,
    "company-put-back": READERS,
    "calls-lead": CALL_READERS,
    "calls-whose": CALL_READERS,
    "calls-settle": CALL_READERS,
    "calls-unsettle": CALL_READERS,
    "calls-number-retire": KEEPERS,
    "calls-number-revive": KEEPERS,
    "calls-disown": KEEPERS,
    "mail-try-again": OPERATORS,
    "mail-drop": OPERATORS,
    "calls-secret": OPERATORS,
    "calls-secret-replace": OPERATORS,
    "board-undo": OPERATORS,
    "teams-undo": OPERATORS,
    "teams-remove": OPERATORS,
    "teams-leave-cancel": SELLERS,
    "teams-put-back": OPERATORS,
    "lead_accept": SELLERS,
    "lead_take": SELLERS,
    "lead_take_back": SELLERS,
    "lead_wake": SELLERS,
    "lead_pass_on": SELLERS,
    "lead_qualify": SELLERS,
    "lead_win": SELLERS,
    "lead_fields": SELLERS | {Role.MARKETING},
    "sign-revision": frozenset({Role.MARKETING, Role.SALES}),
    "decline-revision": frozenset({Role.MARKETING, Role.SALES}),
    "withdraw-revision": frozenset({Role.OPERATIONS}),
    "comment-revision": STAFF,
    "settle-comment": STAFF,
    "begin-draft": PROPOSERS,
    "save-draft": PROPOSERS,
    "set-values": PROPOSERS,
    "take-over-draft": PROPOSERS,
    "drop-draft": PROPOSERS,
    "backtest-again": STAFF,
    "affected": STAFF,
    "notices-seen": EVERYBODY,
    "notifications-try-mail": EVERYBODY,
    "notifications-try-push": EVERYBODY,
    "notifications-try-chat": EVERYBODY,
    "notifications-device-add": EVERYBODY,
    "notifications-device-remove": EVERYBODY,
    "notifications-chat-set": EVERYBODY,
    "notifications-chat-add": OPERATORS,
    "notifications-chat-remove": EVERYBODY,
}
"""What only answers to POST, and to whom."""


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


@cache
def ours() -> set[str]:
    return {name for name in names(get_resolver().url_patterns) if not name.startswith("account_")}


def _first(model: type[Model], **which: object) -> int:
    return model._default_manager.filter(**which).values_list("pk", flat=True).first() or 1


def _message() -> list[object]:
    message = Message.objects.first()
    return [1, 1] if message is None else [round(message.received_at.timestamp() * 1_000_000), message.pk]


def address(name: str, lead: Lead) -> str:
    return reverse(name, args=arguments(lead).get(name, []))


@lru_cache(maxsize=1)  # asked of hundreds of names in a test, in which nothing of it changes
def arguments(lead: Lead) -> dict[str, list[object]]:
    """What stands in the addresses that name something."""
    return {
        "scoreboard-rows": ["funnel"],
        "won-deal": [_first(Deal)],
        "revision": [1],
        "revision-file": [1],
        **{name: [1] for name in ("sign-revision", "decline-revision", "withdraw-revision", "comment-revision")},
        "settle-comment": [1, 1],
        **{name: [_first(Draft)] for name in DRAFT},
        **{name: [_first(Backtest)] for name in ("backtest", "backtest-people", "backtest-again")},
        **{name: [_first(Source)] for name in ("source", *(f"source-{verb}" for verb in SOURCE_VERBS))},
        "message": _message(),
        **{name: [_first(Form)] for name in FORM},
        **{name: [_first(Submission)] for name in SUBMISSION},
        **{name: [lead.person.company_id] for name in ours() if name.startswith("company")},
        "companies-undo": [1],
        **{name: [_first(Duplicate)] for name in ours() if name.startswith("duplicate-") or name == "duplicate"},
        **{name: [_first(Merge)] for name in ("duplicates-merge", "duplicates-undo")},
        "duplicates-of": ["person", lead.person_id],
        "consents-of": [lead.person_id],
        **{name: [_first(Dispute)] for name in ours() if name.startswith("dispute-") or name == "dispute"},
        **{name: [lead.pk] for name in ("disputes-of", "dispute-contest", "near-miss-of")},
        "disputes-set-aside": ["marketing"],
        "disputes-sample": [_first(Sample)],
        **{name: [_first(SampledLead)] for name in ("disputes-sampled", "disputes-judge")},
        **{name: [1] for name in ours() if name.startswith("calls-") and name not in WITHOUT_ARGUMENT},
        "calls-number": [_first(TrackingNumber)],
        "calls-setup": [_first(Source, kind=Source.Kind.CALL)],
        "mail-setup": [_first(Source, kind=Source.Kind.MAIL)],
        "mail-try-again": [1, 1],
        "mail-drop": [1, 1],
        "notice": [_first(Notification)],
        **{name: [1] for name in KEYED_NOTIFICATIONS},
        "queue-bulk": ["let-go"],
        **{name: [_first(Leave)] for name in ("teams-leave", "teams-leave-cancel")},
        **{name: [_first(Membership)] for name in ("teams-place", "teams-put-back", "teams-remove")},
        "teams-join": [_first(Team)],
        "teams-undo": [1],
        **{name: [_first(ImportRun)] for name in ("import-run", "import-run-refused")},
        **{name: [lead.pk] for name in ours() if name == "lead" or name.startswith(("lead_", "board-"))},
    }


def contested(lead: Lead, by: User) -> None:
    """A dispute about a lead, and a sample that holds it."""
    now = datetime.now(UTC)
    made = contest(lead.pk, Dispute.Kind.NO_MQL, "A student", action_id=uuid.uuid4(), by=by, at=now)
    sample = Sample.objects.create(month=now.date().replace(day=1), size=2, seed=1, drawn_by=by, drawn_at=now)
    pack = evidence(made.offer, made.contested_at, made.contested_at, now=now).as_json()
    SampledLead.objects.create(sample=sample, offer=made.offer, decision="accepted", pack=pack)


def submitted(by: User) -> None:
    """A form, and a submission of it that is spam."""
    now = datetime.now(UTC)
    form = create(replace(NEW, name="Demo request", event="demo"), by=by, at=now)
    receive(form, Post({"email": "ada@c1.example"}, honeypot="x"), Sender("192.0.2.1", "Firefox", ""), at=now)
