"""Mail filters that open the links of a mail before its reader does: what they open counts neither for nor against.

A burst is looked for again with everything that is told of a mail, so the order in which it arrives changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from accord.server.people.models import Touchpoint
from accord.traffic.robots import BURST, Burst, scanner_burst

OPENED = frozenset({"email_opened"})
CLICKED = frozenset({"email_clicked", "email_link_clicked"})
UNSUBSCRIBED = frozenset({"unsubscribed", "email_unsubscribed"})
TRAPPED = "email_trap_opened"
"""Somebody opened the link of a mail that no reader can see."""
TRAP_OPENED = "opened a link that no reader can see"
FROM_A_MAIL = OPENED | CLICKED | UNSUBSCRIBED | {TRAPPED}
"""What the one does to whom a mail went, by the names of Segment's events for mail and their short forms."""
_NAMES = ("email_id", "mail", "mail_id", "campaign_id", "campaign_name", "campaign", "email_subject", "subject")
_LINKS = ("link_url", "url", "link", "href", "link_id")
_TRAP = "\N{CANCEL}trap"
_AROUND = timedelta(minutes=5)

Mail = tuple[int, str]
"""The id of a person, and what their sender calls the mail."""


def mail_of(touchpoint: Touchpoint) -> str:
    """Return what its sender calls the mail that a touchpoint is about; empty if it does not say."""
    return next((str(named) for name in _NAMES if (named := touchpoint.properties.get(name))), "")


def without_scanners(touched: Iterable[Touchpoint]) -> frozenset[int]:
    """Have what scanners did to the mails of these touchpoints not count.

    Returns:
        The people whose touchpoints this concerns, whose leads are to be judged again.
    """
    fresh = [each for each in touched if each.person_id is not None and each.event in FROM_A_MAIL]
    if not fresh:
        return frozenset()
    about = {(each.person_id, mail_of(each)) for each in fresh}
    mails: dict[Mail, list[Touchpoint]] = defaultdict(list)
    for each in Touchpoint.objects.filter(
        person__in={person for person, _ in about},
        event__in=FROM_A_MAIL | {"email_delivered", "email_sent"},
        at__gte=min(each.at for each in fresh) - _AROUND,
        at__lte=max(each.at for each in fresh) + _AROUND,
    ):
        if each.person_id is not None and (each.person_id, mail_of(each)) in about:
            mails[each.person_id, mail_of(each)].append(each)
    return frozenset(person for (person, _), of_mail in mails.items() if _discount(of_mail))


def _discount(of_mail: Sequence[Touchpoint]) -> bool:
    """Have the bursts among what was done to one mail not count; return whether that is news."""
    left = list(of_mail)
    news = 0
    while burst := _burst(left):
        within = [each for each in left if _is_in(each, burst)]
        left = [each for each in left if not _is_in(each, burst)]
        counted = [each.pk for each in within if each.counts]
        news += Touchpoint.objects.filter(pk__in=counted).update(counts=False, why_not=burst.why)
    return news > 0


def _burst(of_mail: Sequence[Touchpoint]) -> Burst | None:
    clicks = defaultdict(list)
    for each in of_mail:
        if each.event in FROM_A_MAIL - OPENED:
            clicks[_link(each)].append(each.at)
    listed = [each.properties["links"] for each in of_mail if isinstance(each.properties.get("links"), list)]
    links = {str(link) for links in listed for link in links} or None
    return scanner_burst(clicks, links, {_TRAP})


def _link(touchpoint: Touchpoint) -> str:
    if touchpoint.event == TRAPPED:
        return _TRAP
    named = next((str(link) for name in _LINKS if (link := touchpoint.properties.get(name))), "")
    return named or ("unsubscribe" if touchpoint.event in UNSUBSCRIBED else "")


def _is_in(touchpoint: Touchpoint, burst: Burst) -> bool:
    """Whether a scanner did it: a click within the burst, or an opening up to ten seconds before."""
    early = BURST if touchpoint.event in OPENED else timedelta(0)
    return touchpoint.event in FROM_A_MAIL and burst.begins - early <= touchpoint.at <= burst.ends
