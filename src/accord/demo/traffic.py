"""Who comes to Northwind's website in its last weeks, and what marketing pays for it: pure, the same for the same seed.

Most are never known. Of the people in the stories, some were on the site before they became a lead, by a way that fits
the source they are said to come from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from accord.demo.days import Year, is_worked
from accord.demo.dice import dice

SITE = "https://www.northwind.example"
WEEKS = 8
A_DAY = 20
"""Visits of strangers on a working day."""
KNOWN = 0.45
"""The share of leads of these weeks whose people were seen on the site before."""
PAGES = (
    "/",
    "/applications/cold-chain",
    "/applications/water",
    "/blog/audit-proof",
    "/customers",
    "/about",
    "/contact",
)
"""None of them counts for a score: what people do that counts is told by their stories."""
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 "
    "Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
)
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
)
ROBOT = 0.07
"""The share of visits that robots make."""


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody comes: the page that led to us, and what the link says of its campaign."""

    referrer: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""

    @property
    def query(self) -> str:
        """Return what the link adds to the address."""
        said = {"utm_source": self.source, "utm_medium": self.medium, "utm_campaign": self.campaign}
        return "?" + urlencode({name: text for name, text in said.items() if text}) if self.source else ""


SEARCH = Way("https://www.google.com/")
METERS = Way("https://www.google.com/", "google", "cpc", "flow-meters-dach")
CALIBRATION = Way("https://www.google.com/", "google", "cpc", "calibration")
DOWNTIME = Way("https://www.linkedin.com/", "linkedin", "cpc", "what-downtime-costs")
NEWS = Way("", "newsletter", "email", "spring-news")
NEWS_AGAIN = Way("", "newsletter", "email", "Spring_News")
PARTNER = Way("https://www.alpine-controls.example/partners")
OUTBOUND = Way("", "sdr", "outbound-call", "")
CHATGPT = Way("https://chatgpt.com/")
WAYS: Mapping[Way, int] = {
    SEARCH: 30, Way("https://www.bing.com/"): 5, Way(): 22, METERS: 13, CALIBRATION: 5, DOWNTIME: 7, NEWS: 6,
    NEWS_AGAIN: 2, PARTNER: 4, OUTBOUND: 2, CHATGPT: 5, Way("https://www.perplexity.ai/"): 2,
}  # fmt: skip
"""How strangers come, by weight. One letter wrote its campaign in another way, as it happens."""
WAYS_OF: Mapping[str, Sequence[Way]] = {
    "organic search": (SEARCH,),
    "paid search": (METERS, METERS, CALIBRATION),
    "newsletter": (NEWS, NEWS_AGAIN),
    "webinar": (DOWNTIME, NEWS),
    "referral": (PARTNER, CHATGPT),
    "partner": (PARTNER,),
    "outbound": (OUTBOUND,),
}
"""How people come of whom a source is stated; those of a trade fair never came to the site."""
FOUND: Mapping[Way, Mapping[str, str]] = {
    SEARCH: {"source": "google", "medium": "organic"},
    PARTNER: {"source": "alpine-controls.example", "medium": "referral"},
    CHATGPT: {"source": "chatgpt.com", "medium": "referral"},
}
"""What the website makes of who led somebody to it."""
ON_THE_SITE = frozenset({"page_viewed", "form_submitted", "content_downloaded"})
OWN_WAY, OTHER_WAY = 0.55, 0.75
HEADS = ("Day", "Network", "Medium", "Campaign", "Cost", "Clicks", "Impressions")
BUDGETS = (
    ("Google Ads", "cpc", "flow-meters-dach", 9_400),
    ("Google Ads", "cpc", "calibration", 5_200),
    ("LinkedIn Ads", "cpc", "what-downtime-costs", 14_800),
    ("Google Ads", "cpc", "data-loggers-uk", 2_100),
)
"""What campaigns cost on a working day, in cents; one of them has not brought anybody yet."""
FAIR = ("trade fair", "", "", 480_000)
HALF_YEAR = 125
"""Working days."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of whom it is known how they came: their address, the source that was stated, and since when."""

    email: str
    source: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the website, as it arrives."""

    at: datetime
    message: Mapping[str, Any]


def messages(known: Iterable[Known], span: Year, seed: int) -> list[Sent]:
    """Return what the website sends in its last weeks, in order."""
    since = max(span.start, span.end - timedelta(weeks=WEEKS))
    found: list[Sent] = []
    for day in (day for day in span.days if day >= since.date()):
        rng = dice(seed, "visits", day)
        count = A_DAY if is_worked(day) else A_DAY // 4
        for number in range(rng.randint(count * 3 // 4, count * 5 // 4)):
            at = _instant(day, span, rng)
            agent = rng.choice(ROBOTS) if rng.random() < ROBOT else rng.choice(BROWSERS)
            way = rng.choices(list(WAYS), list(WAYS.values()))[0]
            found += _visit(f"v-{day:%m%d}-{number}", at, way, agent, rng)
    for person in known:
        rng = dice(seed, "seen before", person.email)
        if person.opened_at > since and person.source in WAYS_OF and rng.random() < KNOWN:
            found += _known(person, way_of(person.email, person.source, seed), rng)
    return sorted((each for each in found if since <= each.at <= span.end), key=lambda each: each.at)


def _instant(day: date, span: Year, rng: Random) -> datetime:
    """Return an instant of a day, most of them by daylight; some of today are within the last half hour."""
    if day == span.end.date() and rng.random() < 0.4:
        return span.end - timedelta(seconds=rng.randint(60, 1700))
    hour = min(max(rng.gauss(12, 3.5), 4), 22)
    return datetime.combine(day, datetime.min.time(), span.end.tzinfo) + timedelta(hours=hour)


def _visit(visitor: str, at: datetime, way: Way, agent: str, rng: Random) -> Iterator[Sent]:
    before = way.referrer
    for number in range(1 + min(int(rng.expovariate(0.75)), 6)):
        path = PAGES[0] if number == 0 and rng.random() < 0.4 else rng.choice(PAGES)
        address = f"{SITE}{path}{'' if number else way.query}"
        page = {"url": address, "path": path, "referrer": before}
        yield Sent(at, _message(f"{visitor}-{number}", "page", visitor, at, agent, page))
        before, at = f"{SITE}{path}", at + timedelta(seconds=rng.randint(9, 200))


def visitor_of(email: str) -> str:
    """Return the id of the browser of somebody in the stories."""
    return f"k-{email}"


def way_of(email: str, source: str, seed: int) -> Way:
    """Return how somebody came of whom a source is stated, directly where it says nothing of the site."""
    return dice(seed, "way", email).choice(WAYS_OF.get(source, (Way(),)))


def told(event: str, email: str, source: str, day: date, seed: int) -> Mapping[str, str]:
    """Return what the website tells of how somebody came on a day; nothing of what does not happen on it, or directly.

    Most come in the way of their source, some by a letter or a search, and some directly.
    """
    if event not in ON_THE_SITE:
        return {}
    rng = dice(seed, "told", email, day)
    luck = rng.random()
    way = (
        way_of(email, source, seed)
        if luck < OWN_WAY
        else rng.choice((NEWS, SEARCH, METERS))
        if luck < OTHER_WAY
        else Way()
    )
    said = {"source": way.source, "medium": way.medium, "campaign": way.campaign}
    return {name: text for name, text in said.items() if text} or FOUND.get(way, {})


def _known(person: Known, way: Way, rng: Random) -> Iterator[Sent]:
    visitor = visitor_of(person.email)
    at = person.opened_at - timedelta(minutes=rng.randint(20, 9_000))
    agent = rng.choice(BROWSERS)
    yield from _visit(visitor, at, way, agent, rng)
    told = _message(f"{visitor}-who", "identify", visitor, person.opened_at, agent, {"url": f"{SITE}/contact"})
    yield Sent(person.opened_at, {**told, "traits": {"email": person.email}})


def _message(key: str, kind: str, visitor: str, at: datetime, agent: str, page: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": kind,
        "messageId": key,
        "anonymousId": visitor,
        "timestamp": at.isoformat(),
        "context": {"userAgent": agent, "page": dict(page)},
    }


def costs(span: Year, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield what the year cost, as rows under ``HEADS``: campaigns on working days, and a fair each half-year."""
    today = span.end.date()
    worked = [day for day in span.days if day < today and is_worked(day)]
    for day in worked:
        rng = dice(seed, "costs", day)
        for network, medium, campaign, cents in BUDGETS:
            spent = round(cents * rng.uniform(0.6, 1.3))
            clicks = max(spent // 350, 1)
            yield str(day), network, medium, campaign, _euros(spent), str(clicks), str(clicks * rng.randint(35, 70))
    network, medium, campaign, cents = FAIR
    for day in worked[HALF_YEAR // 2 :: HALF_YEAR]:
        yield str(day), network, medium, campaign, _euros(cents), "", ""


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
