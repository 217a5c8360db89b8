"""Which sites are search engines, social networks, assistants, shops or films.

Two lists, shipped as data and read when first asked for: Matomo's (CC0), by host, and the source categories of Google
Analytics 4, by host or word. Where both know a source, Google's category wins, so that the channel comes out as there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final

from accord.traffic.address import public_suffix


class Category(StrEnum):
    """What a site is, for the rules of channels."""

    SEARCH = "search"
    SOCIAL = "social"
    VIDEO = "video"
    SHOPPING = "shopping"
    AI = "ai"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Site:
    """A site that a list knows.

    Attributes:
        name: What the source of a visit from there is called, such as ``google`` for ``www.google.fr``.
    """

    name: str
    category: Category


@dataclass(frozen=True, slots=True)
class _Lists:
    assistants: dict[str, Site]
    engines: dict[str, Site]
    networks: dict[str, Site]
    sources: dict[str, Category]


_WEBMAIL_LABELS: Final = frozenset({"mail", "webmail", "email", "outlook", "mail2", "correo", "poczta"})
_MAIL_APPS: Final = frozenset(
    {"com.google.android.gm", "com.microsoft.office.outlook", "com.samsung.android.email.provider"}
)
_SAME_SITE_LABELS: Final = ("www.", "m.", "lm.", "l.", "mobile.", "amp.")
"""First labels that say how a site is read and not which: ``m.facebook.com``, ``l.instagram.com``."""


def _rows(name: str) -> Iterator[list[str]]:
    text = (files("accord.traffic") / "data" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if not line.startswith("#"))


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    lists = _Lists({}, {}, {}, {})
    for category, name, hosts in _rows("matomo_sites.tsv"):
        site = Site(_name(name), Category(category))
        table = {"ai": lists.assistants, "search": lists.engines}.get(category, lists.networks)
        for host in hosts.split():
            # Some entries stand twice; the first is the general one (Google before Google Images).
            table.setdefault(_plain(host.rstrip("/")), site)
    for category, source in _rows("ga4_sources.tsv"):
        lists.sources[source.casefold()] = Category(category)
    for table in (lists.engines, lists.networks):
        for host, site in table.items():
            lists.sources.setdefault(site.name, site.category)
            lists.sources.setdefault(host, site.category)
    for host, site in lists.assistants.items():
        lists.sources[site.name] = lists.sources[host] = Category.AI
    return lists


def _name(text: str) -> str:
    return text.casefold().rstrip("!")


def _plain(host: str) -> str:
    """Return the host without a first label that says only how the site is read."""
    for label in _SAME_SITE_LABELS:
        if host.startswith(label) and host.count(".") > 1:
            return host[len(label) :]
    return host


def site_at(host: str, path: str = "") -> Site | None:
    """Return the listed site at ``host``, in the form of ``ascii_host``, or None.

    An assistant comes first, then mail read in a browser, then Google's categories, then Matomo's lists. Search engines
    are known by their exact host (``support.google.com`` searches nothing), social networks with everything below it.

    Examples:
        >>> site_at("www.google.co.uk")
        Site(name='google', category=<Category.SEARCH: 'search'>)
        >>> site_at("mail.google.com")
        Site(name='mail.google.com', category=<Category.MAIL: 'mail'>)
        >>> site_at("support.google.com") is None
        True
    """
    lists, plain = _lists(), _plain(host)
    if assistant := _below(lists.assistants, plain) or lists.assistants.get((plain + path).rstrip("/")):
        return assistant
    if host in _MAIL_APPS or (host.count(".") > 1 and host.split(".", 1)[0] in _WEBMAIL_LABELS):
        return Site(host, Category.MAIL)
    known = _engine(lists.engines, plain) or _below(lists.networks, plain)
    if category := lists.sources.get(plain) or lists.sources.get(host):
        return Site(known.name if known else plain, category)
    return known


def _below(table: dict[str, Site], host: str) -> Site | None:
    """Return the entry for the host or for the nearest domain above it."""
    while True:
        if site := table.get(host):
            return site
        _, dot, host = host.partition(".")
        if not dot:
            return None


def _engine(table: dict[str, Site], host: str) -> Site | None:
    """Return the entry for exactly this host; ``{}`` in the list stands for a public suffix or for one first label."""
    if site := table.get(host):
        return site
    suffix = public_suffix(host)
    return table.get(f"{host.removesuffix(suffix)}{{}}") or table.get(f"{{}}.{host.partition('.')[2]}")


def category_of(source: str) -> Category | None:
    """Return the category of a source as a campaign link states it: a host, a name or a word, in any case.

    Examples:
        >>> category_of("Facebook"), category_of("chatgpt.com"), category_of("spring letter")
        (<Category.SOCIAL: 'social'>, <Category.AI: 'ai'>, None)
    """
    key = source.strip().casefold()
    sources = _lists().sources
    return sources.get(key) or sources.get(_plain(key))
