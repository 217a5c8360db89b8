"""The channel of a visit, by the rules of Google Analytics 4.

The rules are those of the default channel group (https://support.google.com/analytics/answer/9756891, *Channels for
manual traffic*), asked in Google's order, with two differences: assistants such as ChatGPT are a channel of their own
instead of referrals, and mail that is read in a browser is Email instead of a referral.
"""

import re
from enum import StrEnum
from typing import Final

from accord.traffic.sites import Category, category_of


class Channel(StrEnum):
    """The channels of Google Analytics 4, by their names there, and assistants."""

    DIRECT = "Direct"
    CROSS_NETWORK = "Cross-network"
    PAID_SHOPPING = "Paid Shopping"
    PAID_SEARCH = "Paid Search"
    PAID_SOCIAL = "Paid Social"
    PAID_VIDEO = "Paid Video"
    DISPLAY = "Display"
    PAID_OTHER = "Paid Other"
    AI_ASSISTANTS = "AI Assistants"
    ORGANIC_SHOPPING = "Organic Shopping"
    ORGANIC_SOCIAL = "Organic Social"
    ORGANIC_VIDEO = "Organic Video"
    ORGANIC_SEARCH = "Organic Search"
    REFERRAL = "Referral"
    EMAIL = "Email"
    AFFILIATES = "Affiliates"
    AUDIO = "Audio"
    SMS = "SMS"
    MOBILE_PUSH = "Mobile Push Notifications"
    UNASSIGNED = "Unassigned"


_PAID: Final = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_SHOPPING: Final = re.compile(r".*(([^a-df-z]|^)shop|shopping).*")
_DISPLAY: Final = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
_SOCIAL: Final = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media"})
_EMAIL: Final = frozenset({"email", "e-mail", "e_mail", "e mail"})
_REFERRAL: Final = frozenset({"referral", "app", "link"})
_BY_MEDIUM: Final = {"affiliate": Channel.AFFILIATES, "audio": Channel.AUDIO}
_PAID_BY_CATEGORY: Final = {
    Category.SEARCH: Channel.PAID_SEARCH,
    Category.SOCIAL: Channel.PAID_SOCIAL,
    Category.VIDEO: Channel.PAID_VIDEO,
}


def channel(source: str, medium: str, campaign: str = "") -> Channel:
    """Return the channel of what a link states, in any case; empty means not stated.

    Examples:
        >>> channel("google", "cpc").value, channel("chatgpt.com", "").value, channel("spring", "letter").value
        ('Paid Search', 'AI Assistants', 'Unassigned')
    """
    source, medium, campaign = (text.strip().casefold() for text in (source, medium, campaign))
    if source == "(direct)" and medium in {"(none)", "(not set)"}:
        return Channel.DIRECT
    if "cross-network" in campaign:
        return Channel.CROSS_NETWORK
    category = category_of(source)
    shopping = category is Category.SHOPPING or _SHOPPING.fullmatch(campaign) is not None
    return _paid(category, medium, shopping) or _unpaid(category, medium, shopping) or _sent(source, medium)


def _paid(category: Category | None, medium: str, shopping: bool) -> Channel | None:
    paid = _PAID.fullmatch(medium) is not None
    if paid and shopping:
        return Channel.PAID_SHOPPING
    if paid and category in _PAID_BY_CATEGORY:
        return _PAID_BY_CATEGORY[category]
    if medium in _DISPLAY:
        return Channel.DISPLAY
    return Channel.PAID_OTHER if paid else None


def _unpaid(category: Category | None, medium: str, shopping: bool) -> Channel | None:
    if category is Category.AI:
        return Channel.AI_ASSISTANTS
    if shopping:
        return Channel.ORGANIC_SHOPPING
    if category is Category.SOCIAL or medium in _SOCIAL:
        return Channel.ORGANIC_SOCIAL
    if category is Category.VIDEO or "video" in medium:
        return Channel.ORGANIC_VIDEO
    return Channel.ORGANIC_SEARCH if category is Category.SEARCH or medium == "organic" else None


def _sent(source: str, medium: str) -> Channel:
    if medium in _REFERRAL:
        return Channel.REFERRAL
    if source in _EMAIL or medium in _EMAIL:
        return Channel.EMAIL
    if medium in _BY_MEDIUM:
        return _BY_MEDIUM[medium]
    if "sms" in {source, medium}:
        return Channel.SMS
    if medium.endswith("push") or "mobile" in medium or "notification" in medium or source == "firebase":
        return Channel.MOBILE_PUSH
    return Channel.UNASSIGNED
