"""What speaks for spam, without asking anybody to solve a puzzle: each check gives points and a sentence.

Each sentence is for whoever looks at the submission later. From ``THRESHOLD`` on it counts as spam.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from accord.server.forms.disposable import is_disposable
from accord.server.forms.models import Form, Submission
from accord.server.forms.reading import UNREADABLE, Post
from accord.server.forms.stamp import Stamp
from accord.server.people.networks import networks
from accord.traffic.organisations import NetworkKind
from accord.traffic.robots import AgentKind, verdict

THRESHOLD = 60
SURE = 100
FASTEST = timedelta(seconds=2)
"""Nobody reads a form, fills it in and sends it in less."""
BURST = timedelta(minutes=10)
MANY_FROM_ONE = 5
TOO_MANY_FROM_ONE = 20
"""Submissions from one address within ``BURST``: more than a stand at a fair or a class behind one router sends."""
MANY_ON_ONE = 100
"""Submissions of one form within ``BURST``; a campaign brings them too, so it says little by itself."""
REMEMBERED = timedelta(days=7)
FEW = 3

Finding = tuple[int, str]
"""Points, and a sentence."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How something was sent.

    Attributes:
        origin: The website that sent it, as the browser states it; empty: it does not.
        address: Of the network, whole.
        sender: The digest of that address.
        stamp: Of the page that Accord showed; None: it was none of ours, or what it sent as a stamp is none.
    """

    form: Form
    post: Post
    at: datetime
    origin: str
    address: str
    ip_prefix: str
    sender: UUID | None
    user_agent: str
    email_key: str
    stamp: Stamp | None


def findings(of: Circumstances) -> list[Finding]:
    """Return what speaks for spam, most points first."""
    found = [*_content(of), *_page(of), *_agent(of), *_network(of), *_rates(of)]
    return sorted(found, key=lambda each: -each[0])


def points(found: list[Finding]) -> int:
    """Return what the findings come to."""
    return sum(each[0] for each in found)


def burst_finding(count: int) -> Finding:
    """Return what is said of each submission of a burst, those that came first included."""
    return THRESHOLD, f"{count} submissions came from the same address within ten minutes."


def _content(of: Circumstances) -> Iterator[Finding]:
    if of.post.honeypot:
        yield SURE, "A field that people cannot see was filled in."
    if UNREADABLE in of.post.fields:
        yield THRESHOLD, "It was not sent as any form sends it."
    elif not any(value.strip() for value in of.post.fields.values()):
        yield THRESHOLD, "It says nothing."
    if is_disposable(of.email_key):
        # A hint that never decides: all other points are tens, and lists of such domains are wrong at times.
        yield 5, f"{of.email_key.rpartition('@')[2]} is on a list of domains that give addresses for a few minutes."


def _page(of: Circumstances) -> Iterator[Finding]:
    if of.stamp is not None:
        took = of.at - of.stamp.opened_at
        if took < FASTEST:
            yield THRESHOLD, f"It was sent {max(took.total_seconds(), 0):.1f} seconds after the form was opened."
    elif of.post.stamp:
        yield THRESHOLD, "It carries a stamp that this server did not make."
    allowed = of.form.source.allowed_origins
    if allowed and of.stamp is None and of.origin not in allowed:
        if of.origin:
            yield THRESHOLD, f"It was sent from {of.origin[:200]}, which is not among the form's websites."
        else:
            yield 30, "It does not say from which website it was sent."


def _agent(of: Circumstances) -> Iterator[Finding]:
    found = verdict(of.user_agent)
    if found.kind in {AgentKind.ROBOT, AgentKind.SCANNER}:
        yield THRESHOLD, f"What sent it {found.why}."


def _network(of: Circumstances) -> Iterator[Finding]:
    table = networks()
    found = table.find(of.address) if table is not None and of.address else None
    if found is not None and found.kind is NetworkKind.HOSTING:
        yield 30, f"It came from a data centre ({found.organisation or found.prefix})."
    elif found is not None and found.kind is NetworkKind.VPN:
        yield 20, f"It came through a virtual private network ({found.organisation or found.prefix})."
    if not of.ip_prefix:
        return
    lately = Submission.objects.filter(ip_prefix=of.ip_prefix, at__gt=of.at - REMEMBERED, at__lte=of.at)
    spam = Q(said="spam") | Q(said="", verdict="spam")
    seen = lately.aggregate(all=Count("pk"), spam=Count("pk", filter=spam))
    if seen["spam"] >= FEW and seen["spam"] * 2 > seen["all"]:
        yield 30, f"{seen['spam']} of {seen['all']} submissions from {of.ip_prefix} in the last 7 days were spam."


def _rates(of: Circumstances) -> Iterator[Finding]:
    lately = Submission.objects.filter(at__gt=of.at - BURST, at__lte=of.at)
    if of.sender is not None:
        from_one = 1 + lately.filter(sender=of.sender).count()
        if from_one > TOO_MANY_FROM_ONE:
            yield burst_finding(from_one)
        elif from_one > MANY_FROM_ONE:
            yield 20, f"{from_one} submissions came from the same address within ten minutes."
    on_one = 1 + lately.filter(form=of.form).count()
    if on_one > MANY_ON_ONE:
        yield 20, f"The form was sent {on_one} times within ten minutes."
