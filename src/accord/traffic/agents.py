"""What marks the user agent of a robot: a list of known ones, and rules about what browsers do and do not say.

The list is ``crawler-user-agents`` (MIT), whose patterns are searched by their rarest trait instead of one after the
other. The rules follow from how browsers call themselves: since 1994 every one begins with ``Mozilla/`` (or ``Opera/``,
and old telephones with their maker), names an engine, and leaves no address for complaints. They are about kinds of
agents, never about one of them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA


@dataclass(frozen=True, slots=True)
class Mark:
    """Something about an agent that gives it away.

    Attributes:
        scanner: Whether what it marks looks at links for somebody: a mail filter, or the preview of a message.
    """

    why: str
    scanner: bool = False


_SCANNER_TAGS: Final = frozenset({"social-preview"})
_GRAM: Final = 3


@dataclass(frozen=True, slots=True)
class _KnownRobots:
    """The patterns of the list: those that are plain text under their first letters, the others one after the other."""

    plain: dict[str, list[tuple[str, Mark]]]
    patterns: list[tuple[re.Pattern[str], Mark]]


@lru_cache(maxsize=1)
def _known_robots() -> _KnownRobots:
    known = _KnownRobots({}, [])
    for entry in CRAWLER_USER_AGENTS_DATA:
        pattern = entry["pattern"]
        text = _plain_text(pattern)
        mark = Mark(f"is listed as a robot ({text or pattern})", bool(_SCANNER_TAGS & set(entry.get("tags", ()))))
        if text is not None and len(text) >= _GRAM:
            known.plain.setdefault(text[:_GRAM], []).append((text, mark))
        else:
            known.patterns.append((re.compile(pattern), mark))
    return known


def _plain_text(pattern: str) -> str | None:
    """Return what the pattern matches if it is nothing but text, else None."""
    if re.search(r"(?<!\\)[\[\](){}^$*+?|.]|\\[A-Za-z0-9]", pattern):
        return None
    return re.sub(r"\\(.)", r"\1", pattern)


def listed_mark(agent: str) -> Mark | None:
    """Return the mark of the first known robot whose pattern the agent has, or None."""
    known = _known_robots()
    for start in range(len(agent) - _GRAM + 1):
        for text, mark in known.plain.get(agent[start : start + _GRAM], ()):
            if agent.startswith(text, start):
                return mark
    return next((mark for pattern, mark in known.patterns if pattern.search(agent)), None)


# All patterns below are for the agent in lower case, which searches several times as fast as ignoring case.
_BROWSER: Final = re.compile(
    r"(?:user-agent: ?)?(?:mozilla/\d|opera[/ ]\d|dalvik/\d|ucweb/?\d|docomo/\d|j-phone/|kddi-|vodafone/|"
    r"(?:mobile ?)?safari/\d|e?links \(|lynx/|w3m/|dillo/|"
    r"(?:apple-iphone|blackberry|nokia|samsung|sonyericsson|lg|htc|mot|sie|zte|huawei|alcatel|sagem|karbonn)[-_ /\w])"
)
_APPLE_APP: Final = re.compile(r"\bcfnetwork/\d")

_SCANNER: Final = re.compile(
    # Filters that open the links of a mail before its reader does, and checks of addresses for security.
    r"barracuda|mimecast|proofpoint|safelinks|(?:microsoft|windows) ?defender|ironport|cisco-?umbrella|talos|sophos|"
    r"zscaler|forcepoint|websense|fortiguard|trend ?micro|symantec|messagelabs|cloudmark|mailcleaner|hornetsecurity|"
    r"retarus|bitdefender|kaspersky|\beset\b|avira|cerberian|bluecoat|palo ?alto|netcraft|virustotal|urlscan|phishtank|"
    r"safe ?browsing|heimdall|"
    # Previews in messages, and office programs that look at a link before they open it.
    r"link-?preview|url-?preview|previewer|unfurl|expander|resolver|image-?proxy|mail-?proxy|microsoft office|"
    r"existence discovery|uripreview"
)

_PLACE: Final = re.compile(
    r"https?[:%]|\bwww\.|\+http|\w@[\w-]+\.[a-z]{2}|(?:\bat|@) [\w.-]+ (?:dot|\.) ?[a-z]|[_ ](?:at|dot)[_ ]\w+"
)
_DOMAIN: Final = re.compile(
    r"(?<![\w./=;-])(?!com\.|net\.|org\.)[a-z0-9][a-z0-9-]+\."
    r"(?:com|net|org|info|io|dev|app|de|co\.uk|eu|fr|ru|cz|pl|it|nl|si|tv)(?![\w-]|\.[a-z])"
)
_EMBEDDED: Final = "bsalsa.com"
"""The maker of a component by which programs for Windows showed pages to people."""

_TRADE: Final = re.compile(
    r"bot(?![a-ik-rt-z])|robot|crawl|spider|scrap(?:e|er|y|ing)|slurp|archiv|harvest|fetch|\bping|"
    r"monitor|\bcheck|check(?:er)?\b|valid(?:at|it)|scan(?:ner|ning)?\b|\bprobe|prober?\b|headless|"
    r"phantom|selenium|puppeteer|playwright|webdriver|screen-?shot|thumb(?:s|nail)?\b|snap(?:r|per)\b|synthetic|"
    r"page ?speed|lighthouse|uptime|inspector|analy[sz]er|verif(?:y|ier|icat)|"
    r"survey|\bfeeds?\b|feed(?:er|parser|reader)|\brss\b|podcast|aggregat|\bindex(?:er|ing)|"
    r"sitemap|favicon|\bseo\b|extract|collect(?:or|ing)|downloader|mirror|copier|translate|\bproxy\b|agent\b|grab\b|"
    r"search ?engine|web-?mon|cloud-?view|wkhtml|webkit2png|httrack|openvas|siege|html-?parser|tester\b|"
    r"\bptst\b|\bwpm\b"
)
_LIBRARY: Final = re.compile(
    r"curl|wget|libwww|\blwp|python|\burllib|aiohttp|http_request|okhttp|go-http|\bjava\b|jersey|"
    r"apache-http|axios|undici|node-?fetch|node\.js|reqwest|guzzle|\bphp|ruby|\bperl|winhttp|indy library|"
    r"web services client|http[-_/ ]?client|requests/|zombie\.js|jsdom|http request|url control"
)
_IN_PASSING: Final = re.compile(
    r"cubot|up\.link|google wap proxy|speedmode; proxy|ids7 agent|user-agent|\(java; u; midp"
)
"""Telephones, gateways and programs of people whose names contain a word of robots."""

_POSING: Final = re.compile(r"\(compatible(?![^()]*(?:msie \d|konqueror|trident))|msie or firefox|; ?compatible[;)]")
_NO_ENGINE: Final = re.compile(
    r"mozilla/5(?!.*(?:msie|trident|gecko|applewebkit|khtml|presto|opera|netfront|konqueror|edge/))"
)
_BY_THE_WAY: Final = re.compile(r"\(khtml, ?like gecko *[;,](?! *safari/)")


def general_mark(agent: str) -> Mark | None:
    """Return what gives the agent away by the general rules, or None."""
    text = agent.lower()
    if _SCANNER.search(text):
        return Mark("is a mail filter or the preview of a link", scanner=True)
    if _EMBEDDED not in text and (_PLACE.search(text) or _DOMAIN.search(text)):
        return Mark("leaves an address where its owner is found, which no browser does")
    plain = _IN_PASSING.sub("", text)
    if found := _TRADE.search(plain):
        return Mark(f"says what it does ({found[0]})")
    if found := _LIBRARY.search(plain):
        return Mark(f"is a program's way to fetch pages ({found[0]})")
    return _shape_mark(text)


def _shape_mark(text: str) -> Mark | None:
    if not _BROWSER.match(text):
        return None if _APPLE_APP.search(text) else Mark("does not call itself as any browser does")
    if _POSING.search(text):
        return Mark("calls itself compatible without naming the browser")
    if _NO_ENGINE.match(text):
        return Mark("names no engine that could show a page")
    return Mark("adds a name within that of its engine") if _BY_THE_WAY.search(text) else None


def is_apple_app(agent: str) -> bool:
    """Whether the agent is a program on an Apple device, which may act for a person or by itself."""
    text = agent.lower()
    return _APPLE_APP.search(text) is not None and not _BROWSER.match(text)
