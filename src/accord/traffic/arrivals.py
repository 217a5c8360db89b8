"""What a visit says about where it came from: an arrival, read off the address it landed on and its referrer.

What the campaign link states counts first, then the click id that an advertiser's system appended, then the referrer.
Moving about within the site is no arrival, whatever its links say: a campaign named on an internal link must not take
the credit from the one that brought the visitor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from accord.traffic.address import Address, ascii_host, clean, read_address
from accord.traffic.channels import Channel, channel
from accord.traffic.sites import Category, Site, site_at


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came to the site, from outside.

    Attributes:
        source: Who sent them: what the link states, else what the click id or the referrer tells; ``(direct)`` where
            nothing is known. Empty where the link states a medium alone.
        medium: How: ``organic``, ``cpc``, ``email``, ``referral``, ``(none)``, or what the link states.
        click_id: The advertiser's mark on the click, as ``name=value``.
        inbound: True where they came to us, False where our side started it (Email, SMS, push notifications, calls and
            letters), None where it cannot be told (Unassigned, and mails of which nobody knows whose they were).
        referrer_host: In the form of ``ascii_host``; empty where the browser named none.
    """

    source: str
    medium: str
    campaign: str
    term: str
    content: str
    click_id: str
    channel: Channel
    inbound: bool | None
    referrer_host: str


@dataclass(frozen=True, slots=True)
class _ClickId:
    source: str
    medium: str
    paid: bool = True


_CLICK_IDS: Final = {
    # Set on ads alone.
    "gclid": _ClickId("google", "cpc"),
    "gbraid": _ClickId("google", "cpc"),
    "wbraid": _ClickId("google", "cpc"),
    "dclid": _ClickId("google", "display"),
    "msclkid": _ClickId("bing", "cpc"),
    "yclid": _ClickId("yandex", "cpc"),
    "ttclid": _ClickId("tiktok", "cpc"),
    "li_fat_id": _ClickId("linkedin", "cpc"),
    "twclid": _ClickId("twitter", "cpc"),
    "rdt_cid": _ClickId("reddit", "cpc"),
    "sccid": _ClickId("snapchat", "cpc"),
    "epik": _ClickId("pinterest", "cpc"),
    "qclid": _ClickId("quora", "cpc"),
    "dicbo": _ClickId("outbrain", "cpc"),
    "tblci": _ClickId("taboola", "cpc"),
    "irclickid": _ClickId("impact", "affiliate"),
    "cjevent": _ClickId("cj", "affiliate"),
    "awc": _ClickId("awin", "affiliate"),
    # Set on whatever leaves there, ad or not.
    "fbclid": _ClickId("facebook", "social", paid=False),
    "igshid": _ClickId("instagram", "social", paid=False),
    "igsh": _ClickId("instagram", "social", paid=False),
    "srsltid": _ClickId("google", "organic", paid=False),
    # Set on the links in mails, by the systems that send them.
    "mc_eid": _ClickId("mailchimp", "email", paid=False),
    "_hsenc": _ClickId("hubspot", "email", paid=False),
    "mkt_tok": _ClickId("marketo", "email", paid=False),
}
_STATED: Final = {
    "source": ("utm_source", "mtm_source", "pk_source"),
    "medium": ("utm_medium", "mtm_medium", "pk_medium"),
    "campaign": ("utm_campaign", "utm_id", "mtm_campaign", "pk_campaign"),
    "term": ("utm_term", "mtm_keyword", "mtm_kwd", "pk_keyword", "pk_kwd"),
    "content": ("utm_content", "mtm_content", "pk_content"),
}
_LONGEST: Final = 200
_LONGEST_CLICK_ID: Final = 500
_OUTBOUND_CHANNELS: Final = frozenset({Channel.EMAIL, Channel.SMS, Channel.MOBILE_PUSH})
_OUTBOUND_MEDIA: Final = frozenset(
    {
        "call",
        "phone",
        "telephone",
        "telemarketing",
        "outbound",
        "outbound call",
        "outbound-call",
        "cold call",
        "cold-call",
    }
    | {"letter", "mailing", "direct mail", "direct-mail", "direct_mail", "postcard", "fax"}
)

_CATEGORY_MEDIUM: Final = {Category.SEARCH: "organic", Category.MAIL: "email"}


def arrival(landing: str, referrer: str = "", own_hosts: Iterable[str] = ()) -> Arrival | None:
    """Return how somebody came to the page at ``landing``, or None if they were on the site already.

    They were if the referrer is the landing's own host or one of ``own_hosts`` or lies below one of these. What the
    link states is kept as it is, trimmed and cut to 200 characters. Never raises, whatever the texts are.

    Examples:
        >>> came = arrival("https://northwind.example/?utm_source=Spring&utm_medium=email")
        >>> came.source, came.channel, came.inbound
        ('Spring', <Channel.EMAIL: 'Email'>, False)
        >>> came = arrival("https://northwind.example/", "https://www.google.de/")
        >>> came.source, came.medium, came.channel
        ('google', 'organic', <Channel.ORGANIC_SEARCH: 'Organic Search'>)
        >>> arrival("https://northwind.example/b?utm_source=banner", "https://northwind.example/a") is None
        True
    """
    page, came_from = read_address(landing), read_address(referrer)
    if _is_own(came_from.host, page.host, own_hosts):
        return None
    site = site_at(came_from.host, came_from.path) if came_from.host else None
    stated = {name: _stated(page, names) for name, names in _STATED.items()}
    click, click_id = _click(page)
    source, medium = _origin(stated["source"], stated["medium"], click, came_from.host, site)
    if not source and not medium and not stated["campaign"]:
        source, medium = "(direct)", "(none)"
    kind = _channel(source, medium, stated["campaign"], site)
    return Arrival(
        source=source,
        medium=medium,
        campaign=stated["campaign"],
        term=stated["term"],
        content=stated["content"],
        click_id=click_id,
        channel=kind,
        inbound=_is_inbound(kind, medium, tagged=bool(stated["source"] or stated["medium"] or click)),
        referrer_host=came_from.host,
    )


def _is_own(host: str, landing_host: str, own_hosts: Iterable[str]) -> bool:
    if not host:
        return False
    own = {landing_host, *map(ascii_host, own_hosts)} - {""}
    return host in own or any(host.endswith(f".{known}") for known in own)


def _stated(page: Address, names: Iterable[str]) -> str:
    given = (page.parameters[name] for name in names if name in page.parameters)
    return next((text for value in given if (text := clean(value, _LONGEST))), "")


def _click(page: Address) -> tuple[_ClickId | None, str]:
    """Return the first click id on the address, those that stand on ads alone before the others."""
    for name, click in _CLICK_IDS.items():
        if name in page.parameters and (value := clean(page.parameters[name], _LONGEST_CLICK_ID)):
            return click, f"{name}={value}"
    return None, ""


def _origin(source: str, medium: str, click: _ClickId | None, host: str, site: Site | None) -> tuple[str, str]:
    """Return source and medium, each from the first that tells it: the link, the click id, the referrer.

    A link that states source or medium says nothing about a network on which it was passed on; so only a click id that
    stands on ads alone adds to it, and the referrer never does. Other click ids are shared by the networks of one
    owner, which the referrer tells apart (``fbclid`` comes from Instagram too).
    """
    if click and (click.paid or not (source or medium)):
        referred = site.name if site and not click.paid else click.source
        return source or referred, medium or click.medium
    if source or medium or not host:
        return source, medium
    return (site.name if site else host.removeprefix("www.")), _referred(site)


def _referred(site: Site | None) -> str:
    return _CATEGORY_MEDIUM.get(site.category, "referral") if site else "referral"


def _channel(source: str, medium: str, campaign: str, site: Site | None) -> Channel:
    """Return the channel; an assistant that only its path tells from the network around it stays one."""
    found = channel(source, medium, campaign)
    if found is Channel.REFERRAL and site is not None and site.category is Category.AI:
        return Channel.AI_ASSISTANTS
    return found


def _is_inbound(kind: Channel, medium: str, *, tagged: bool) -> bool | None:
    if medium.casefold() in _OUTBOUND_MEDIA:
        return False
    if kind in _OUTBOUND_CHANNELS:
        return False if tagged else None
    return None if kind is Channel.UNASSIGNED else True
