"""Who is offered which pages, in which order, and which of them the present one belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

EVERY_ROLE = ("sales", "marketing", "operations", "executive", "agency")
TITLES: Mapping[str, str] = {
    "sales": "Sales",
    "marketing": "Marketing",
    "operations": "Revenue operations",
    "executive": "Executive",
    "agency": "Agency",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the navigation.

    Attributes:
        roles: Who is offered it. This only hides links: pages and services enforce the role themselves.
        key: The letter that opens it after ``g``.
        also: Names of pages below it whose address does not start with its own.
    """

    label: str
    url_name: str
    icon: str
    key: str
    roles: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One entry resolved for one request."""

    label: str
    url_name: str
    url: str
    icon: str
    key: str
    current: bool
    badge: int | str | None = None


@dataclass(frozen=True, slots=True)
class Foot:
    """The navigation at the foot of a phone.

    Attributes:
        shown: The links that always stand there, in the order of the navigation.
        more: Those that "More" opens; none where all fit.
    """

    shown: tuple[Link, ...]
    more: tuple[Link, ...]

    @property
    def badge(self) -> int:
        """The numbers beside the links under "More", added up."""
        return sum(link.badge for link in self.more if isinstance(link.badge, int))

    @property
    def current(self) -> bool:
        """Whether the present page stands under "More"."""
        return any(link.current for link in self.more)


QUEUE = Entry("Queue", "queue", "inbox", "q", ("sales", "operations", "agency"))
TODO = Entry("To do", "todo", "list-details", "o", ("marketing", "operations"))
LEADS = Entry("Leads", "leads", "users", "l", ("sales", "marketing", "operations", "executive"), also=("lead",))
BOARD = Entry("Board", "board", "layout-kanban", "b", ("sales", "operations", "executive"), also=("board-give",))
NEAR_MISSES = Entry("Near misses", "near-misses", "target", "n", ("sales", "marketing", "operations", "executive"))
TEAMS = Entry("Teams", "teams", "users-group", "m", ("sales", "operations"))
SCOREBOARD = Entry(
    "Scoreboard",
    "scoreboard",
    "chart-bar",
    "s",
    ("sales", "marketing", "operations", "executive"),
    also=(
        "black-hole",
        "dispute",
        "dispute-contest",
        "hand-offs",
        "disputes",
        "disputes-sample",
        "disputes-sampled",
        "disputes-samples",
    ),
)
AGREEMENT = Entry("Agreement", "agreement", "signature", "a", EVERY_ROLE)
COMPANIES = Entry("Companies", "companies", "building", "c", ("sales", "marketing", "operations"), also=("company",))
DUPLICATES = Entry(
    "Duplicates",
    "duplicates",
    "copy",
    "d",
    ("sales", "marketing", "operations"),
    also=("duplicate", "duplicates-merge"),
)
CALLS = Entry(
    "Calls",
    "calls",
    "phone",
    "p",
    ("sales", "marketing", "operations"),
    also=("calls-report", "calls-report-rows"),
)
CHANNELS = Entry("Channels", "channels", "route", "h", ("marketing", "operations", "executive"))
CLOSE_RATES = Entry(
    "Close rates",
    "close-rates",
    "flame",
    "k",
    ("marketing", "operations", "executive"),
    also=("close-rates-leads", "discounts", "discounts-deals"),
)
FUNNEL = Entry("Funnel", "funnel", "filter", "v", ("marketing", "operations", "executive"), also=("funnel-leads",))
CAMPAIGNS = Entry(
    "Campaigns",
    "campaigns",
    "coin",
    "r",
    ("marketing", "operations", "executive"),
    also=("attribution", "won-deals", "won-deal", "restatements"),
)
ATTRIBUTION = Entry("Attribution", "attribution", "coin", "e", ("sales",))
TRACKING = Entry(
    "Tracking",
    "sources",
    "world",
    "t",
    ("marketing", "operations"),
    also=("source", "source-edit", "messages", "message", "calls-setup", "calls-secret", "mail-setup"),
)
FORMS = Entry(
    "Forms", "forms", "file-text", "f", ("marketing", "operations"), also=("form", "submissions", "submission")
)
IMPORTS = Entry("Imports", "imports", "file-upload", "i", ("marketing", "operations"))

ENTRIES: tuple[Entry, ...] = (
    QUEUE,
    TODO,
    LEADS,
    NEAR_MISSES,
    CALLS,
    COMPANIES,
    CHANNELS,
    CAMPAIGNS,
    ATTRIBUTION,
    CLOSE_RATES,
    FUNNEL,
    SCOREBOARD,
    BOARD,
    TEAMS,
    AGREEMENT,
    DUPLICATES,
    FORMS,
    TRACKING,
    IMPORTS,
)
FIRST: Mapping[str, Entry] = {"executive": SCOREBOARD}
AT_THE_FOOT = 5
"""The most that fits at the foot of a phone 390 px wide, with targets big enough for a thumb."""
DAILY: Mapping[str, tuple[Entry, ...]] = {
    "sales": (QUEUE, BOARD, LEADS, CALLS, COMPANIES),
    "marketing": (TODO, LEADS, NEAR_MISSES, SCOREBOARD),
    "operations": (QUEUE, TODO, LEADS, BOARD),
    "executive": (SCOREBOARD, LEADS, CHANNELS, BOARD),
}
"""What a role opens most, the first first; an entry that somebody is not offered leaves its place to the next."""


def entries_for(role: str) -> tuple[Entry, ...]:
    """Return what a role is offered, with the page that answers its first question in front."""
    offered = [entry for entry in ENTRIES if role in entry.roles]
    first = FIRST.get(role)
    return tuple(sorted(offered, key=lambda entry: entry is not first)) if first else tuple(offered)


def links_for(
    role: str,
    path: str,
    url_name: str | None,
    badges: Mapping[str, int | str] | None = None,
    without: Collection[str] = (),
) -> tuple[Link, ...]:
    """Return the links for a role on the page at ``path``; an entry whose page does not exist yet is left out.

    So are those whose page is named in ``without``.

    At most one link is the current one: that of the page itself, else the one whose address is the longest beginning
    of ``path``.
    """
    offered = [entry for entry in entries_for(role) if entry.url_name not in without]
    found = [(entry, url) for entry in offered if (url := _address(entry.url_name)) is not None]
    current = _current(found, path, url_name)
    return tuple(
        Link(
            entry.label,
            entry.url_name,
            url,
            entry.icon,
            entry.key,
            entry.url_name == current,
            (badges or {}).get(entry.url_name),
        )
        for entry, url in found
    )


def foot_of(links: tuple[Link, ...], role: str) -> Foot:
    """Return what stands at the foot of a phone: all links if they fit, else those a role opens most, and the rest."""
    if len(links) <= AT_THE_FOOT:
        return Foot(links, ())
    daily = [entry.url_name for entry in DAILY.get(role, ENTRIES)]
    offered = [name for name in daily if any(link.url_name == name for link in links)][: AT_THE_FOOT - 1]
    return Foot(
        tuple(link for link in links if link.url_name in offered),
        tuple(link for link in links if link.url_name not in offered),
    )


def _current(found: list[tuple[Entry, str]], path: str, url_name: str | None) -> str | None:
    for entry, _ in found:
        if url_name and url_name in (entry.url_name, *entry.also):
            return entry.url_name
    above = [(len(url), entry.url_name) for entry, url in found if url != "/" and path.startswith(url)]
    return max(above)[1] if above else None


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
