"""Whether a person or a robot came: by the user agent, by the network, and by what it did.

A verdict is never about whether to keep a touchpoint: everything is kept, and what is a robot's counts nothing. Agents
can be made up, so an agent alone proves that something is a robot, never that it is a person; ``human`` means that
nothing speaks against it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from accord.traffic.agents import general_mark, is_apple_app, listed_mark


class AgentKind(StrEnum):
    """Who came.

    ``scanner``: a program that looks at a link on somebody's behalf, such as a mail filter or the preview of a message.
    ``unknown``: it may be either; what it does must decide.
    """

    HUMAN = "human"
    ROBOT = "robot"
    SCANNER = "scanner"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who came, and why we think so, as the rest of a sentence that begins with the agent."""

    kind: AgentKind
    why: str


_LONGEST: Final = 1024
_HUMAN: Final = Verdict(AgentKind.HUMAN, "calls itself as a browser does")
_SILENT: Final = Verdict(AgentKind.ROBOT, "does not say what it is, which every browser does")
_APP: Final = Verdict(AgentKind.UNKNOWN, "is an app on an Apple device, acting for a person or by itself")
_HOSTED: Final = Verdict(
    AgentKind.UNKNOWN,
    "calls itself as a browser does, but comes from a data centre, where robots run and few people sit",
)


def verdict(agent: str, *, from_data_centre: bool = False) -> Verdict:
    """Return who came by their user agent, of which the first 1,024 characters are read, and by their network.

    A person may come from a data centre (through a company's own way out), so a browser from there is ``unknown``;
    virtual private networks are no data centres here.

    Examples:
        >>> verdict("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0").kind.value
        'human'
        >>> verdict("python-requests/2.32").kind.value, verdict("Slackbot-LinkExpanding 1.0").kind.value
        ('robot', 'scanner')
    """
    found = _by_agent(agent.strip()[:_LONGEST])
    return _HOSTED if from_data_centre and found is _HUMAN else found


@lru_cache(maxsize=16384)
def _by_agent(agent: str) -> Verdict:
    if not agent:
        return _SILENT
    if mark := listed_mark(agent) or general_mark(agent):
        return Verdict(AgentKind.SCANNER if mark.scanner else AgentKind.ROBOT, mark.why)
    return _APP if is_apple_app(agent) else _HUMAN


# Opening one result after the other in new tabs takes a person about a second each: find it, point at it, click it
# (pointing alone takes 0.7 to 1.3 s on a desktop: Card, English and Burr 1978, Ergonomics 21(8)). Twice that pace, kept
# up for ten seconds, is no person's; nor is one page each second, kept up for two minutes.
_PACES: Final = ((timedelta(seconds=10), 20), (timedelta(minutes=2), 120))


def impossible_speed(instants: Iterable[datetime]) -> bool:
    """Whether page views at these instants, in any order, came faster than a person can open pages.

    More than 20 of them within ten seconds, or more than 120 within two minutes.
    """
    ordered = sorted(instants)
    return any(
        later - earlier < window
        for window, most in _PACES
        for earlier, later in zip(ordered, ordered[most:], strict=False)
    )


BURST: Final = timedelta(seconds=10)
MANY_LINKS: Final = 3
"""So many different links of one mail within ten seconds are a scanner's, where it is not known which links it has."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A scanner at work on one mail: every click from ``begins`` to ``ends``, both included, is its."""

    begins: datetime
    ends: datetime
    why: str


def scanner_burst(
    clicks: Mapping[str, Sequence[datetime]], links: Collection[str] | None, traps: Collection[str] = ()
) -> Burst | None:
    """Return the scanner's visit among the clicks on one mail that went to one person, or None.

    It opened a link that no reader can see, or every link of the mail, at least two, within ten seconds; where nobody
    said which links the mail has, at least three. Clicks within ten seconds of the one on the trap are its too. What
    the person clicks before and afterwards stays theirs.

    Args:
        clicks: When each link was opened; links that are not the mail's are left out.
        links: All links of the mail that a reader can see, that to unsubscribe included; None: it is not known.
        traps: Links of the mail that no reader can see.
    """
    visible = set(clicks if links is None else links) - set(traps)
    fewest = MANY_LINKS if links is None else max(len(visible), 2)
    seen = sorted((at, link) for link in {*visible, *traps} for at in clicks.get(link, ()))
    for begin, (at, _) in enumerate(seen):
        within = [(later, link) for later, link in seen[begin:] if later - at <= BURST]
        opened = {link for _, link in within}
        if opened & set(traps):
            return Burst(at, within[-1][0], "opened a link that no reader can see")
        if len(opened) >= fewest:
            every = f"{len(opened)}" if links is None else f"all {len(opened)}"
            return Burst(at, within[-1][0], f"opened {every} links within ten seconds")
    return None
