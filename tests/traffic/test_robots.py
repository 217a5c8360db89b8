"""Who came: by the agent, and by what it did."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accord.traffic.robots import AgentKind, impossible_speed, scanner_burst, verdict

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
PEOPLE = [
    WINDOWS,
    f"{WINDOWS} Edg/142.0.0.0",
    f"{WINDOWS} OPR/125.0.0.0",
    f"{WINDOWS} Vivaldi/7.6",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0"
    " Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0"
    " Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile"
    " Safari/537.36",
    f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1",
    f"{IPHONE} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1",
    f"{IPHONE} GSA/386.0.813 Mobile/15E148 Safari/604.1",
    f"{IPHONE} Mobile/15E148 Instagram 398.0.0.28.72 (iPhone15,3; iOS 18_5; de_DE; de; scale=3.00; 1290x2796; 790)",
    f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/531.0.0.51;FBBV/793755519;FBDV/iPhone15,3;FBCR/T-Mobile.pl;FBLC/de_DE]",
    f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.31.4062",
    f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.64(0x18004034) NetType/WIFI Language/de",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/191.256; U; en) Presto/2.12.423 Version/12.16",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; Microsoft Outlook 16.0.6001)",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_the_browsers_of_people_are_human(agent: str) -> None:
    assert verdict(agent).kind is AgentKind.HUMAN, verdict(agent).why


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("", AgentKind.ROBOT),
        ("   ", AgentKind.ROBOT),
        ("curl/8.9.1", AgentKind.ROBOT),
        ("Go-http-client/2.0", AgentKind.ROBOT),
        ("node", AgentKind.ROBOT),
        (WINDOWS.replace("Chrome/", "HeadlessChrome/"), AgentKind.ROBOT),
        ("Mozilla/5.0 (compatible; SomethingNew/0.1)", AgentKind.ROBOT),
        ("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", AgentKind.ROBOT),
        (f"{WINDOWS} (+https://acme.example/about)", AgentKind.ROBOT),
        (f"{WINDOWS} PTST/230", AgentKind.ROBOT),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", AgentKind.SCANNER),
        ("WhatsApp/2.23.20.0", AgentKind.SCANNER),
        ("LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", AgentKind.SCANNER),
        ("Microsoft Office Existence Discovery", AgentKind.SCANNER),
        (f"{WINDOWS} Barracuda Sentinel (EE)", AgentKind.SCANNER),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            AgentKind.SCANNER,
        ),
        ("NorthwindApp/3.1 CFNetwork/1498.700.2 Darwin/23.6.0", AgentKind.UNKNOWN),
    ],
)
def test_what_no_browser_says_gives_a_robot_or_scanner_away(agent: str, kind: AgentKind) -> None:
    assert verdict(agent).kind is kind, verdict(agent).why


def test_a_browser_from_a_data_centre_may_be_either() -> None:
    assert verdict(WINDOWS, from_data_centre=True).kind is AgentKind.UNKNOWN
    assert verdict("curl/8.9.1", from_data_centre=True).kind is AgentKind.ROBOT


@pytest.mark.shared_data
def test_nearly_every_known_robot_is_told_and_hardly_any_person_is_taken_for_one(
    shared_data: Callable[[str], Path],
) -> None:
    robots = shared_data("bots/crawlerdetect_crawlers.txt").read_text(encoding="utf-8").splitlines()
    people = shared_data("bots/crawlerdetect_devices_sample10000.txt").read_text(encoding="utf-8").splitlines()
    assert (len(robots), len(people)) == (3730, 10000)
    told = Counter(verdict(agent).kind for agent in robots)
    mistaken = [agent for agent in people if verdict(agent).kind in {AgentKind.ROBOT, AgentKind.SCANNER}]
    # Measured: 3,689 of 3,730 told (98.9 %); 24 of 10,000 mistaken.
    assert told[AgentKind.ROBOT] + told[AgentKind.SCANNER] >= 3680
    assert len(mistaken) <= 25
    # All but two of these are no browser's agent by any reading: "kf", "22", "start.exe", "Mozilla/5.0".
    assert len([agent for agent in mistaken if "AppleWebKit" in agent]) == 2


def every(milliseconds: int, times: int) -> list[datetime]:
    return [NINE + timedelta(milliseconds=milliseconds * n) for n in range(times)]


@pytest.mark.parametrize(
    ("milliseconds", "times", "impossible"),
    [
        (1_000, 60, False),  # tab after tab for a minute
        (400, 20, False),  # a session restored
        (400, 21, True),
        (500, 20, False),
        (500, 22, False),  # the 21st comes ten seconds after the first, not within them
        (499, 21, True),
        (1_000, 121, False),
        (990, 121, True),
        (0, 21, True),
    ],
)
def test_nobody_opens_two_pages_a_second_for_long(milliseconds: int, times: int, impossible: bool) -> None:
    views = every(milliseconds, times)
    assert impossible_speed(views) is impossible
    assert impossible_speed(reversed(views)) is impossible


def test_a_visit_without_page_views_is_not_fast() -> None:
    assert impossible_speed([]) is False


LINKS = {"/offer", "/pricing", "/unsubscribe"}


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def test_whoever_opens_every_link_within_ten_seconds_is_a_scanner() -> None:
    """Lesson 14: such a visit changes neither score nor consent, the link to unsubscribe included."""
    burst = scanner_burst({"/offer": [at(0)], "/unsubscribe": [at(4)], "/pricing": [at(10)]}, LINKS)
    assert burst is not None
    assert (burst.begins, burst.ends) == (at(0), at(10))
    assert burst.why == "opened all 3 links within ten seconds"


@pytest.mark.parametrize(
    "clicks",
    [
        {},
        {"/offer": [at(0)], "/pricing": [at(1)]},
        {"/offer": [at(0)], "/pricing": [at(1)], "/unsubscribe": [at(10.001)]},
        {"/offer": [at(0), at(1)], "/pricing": [at(2)], "/elsewhere": [at(3)]},
    ],
)
def test_a_reader_who_opens_some_links_or_takes_their_time_is_none(clicks: dict[str, list[datetime]]) -> None:
    """Lesson 14."""
    assert scanner_burst(clicks, LINKS) is None


def test_the_one_link_of_a_mail_says_nothing() -> None:
    assert scanner_burst({"/offer": [at(0)]}, {"/offer"}) is None


def test_what_the_person_clicks_before_and_afterwards_stays_theirs() -> None:
    """Lesson 14."""
    clicks = {"/offer": [at(-3600), at(0), at(7200)], "/pricing": [at(1)], "/unsubscribe": [at(2)]}
    burst = scanner_burst(clicks, LINKS)
    assert burst is not None
    assert (burst.begins, burst.ends) == (at(0), at(2))


def test_a_link_that_no_reader_can_see_gives_a_scanner_away_by_itself() -> None:
    burst = scanner_burst({"/trap": [at(3)], "/offer": [at(1)]}, LINKS, traps={"/trap"})
    assert burst is not None
    assert (burst.begins, burst.ends) == (at(1), at(3))
    assert scanner_burst({"/offer": [at(1)]}, LINKS, traps={"/trap"}) is None
