"""The journey flow as a drawing: how many journeys of won deals went from which channel to which. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accord.insight.credit.questions import Step

STEPS = 4
SHOWN = 6
"""Channels of their own; the others are drawn as one."""
OTHERS, WON, LONGER = "\0others", "\0won", "\0longer"
"""Bars that are no channel; no text of the database can hold such a name."""
OWN = {OTHERS: "Others", WON: "Won", LONGER: "More steps"}
"""How they are called; a channel of the same name stands in quotation marks."""
WIDE, HIGH = 960, 380
_BAR, _GAP, _LABEL, _TOP = 14, 8, 150, 22


@dataclass(frozen=True, slots=True)
class Node:
    """One channel at one step, as a bar; in units of the drawing."""

    key: str
    step: int
    deals: int
    x: float
    y: float
    high: float
    tone: int

    @property
    def name(self) -> str:
        """How it is called."""
        return named(self.key)

    @property
    def text_x(self) -> float:
        """Where its name begins."""
        return self.x + _BAR + 5

    @property
    def middle(self) -> float:
        """The height of its name."""
        return self.y + self.high / 2


@dataclass(frozen=True, slots=True)
class Link:
    """Journeys that went from one bar to another, as a band."""

    source: str
    target: str
    step: int
    deals: int
    path: str
    wide: float
    tone: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing, and what it shows as rows."""

    nodes: Sequence[Node]
    links: Sequence[Link]
    heads: Sequence[tuple[float, str]]
    wide: int = WIDE
    high: int = HIGH


def named(key: str) -> str:
    """Return how a bar is called.

    Examples:
        >>> named("Email"), named(WON), named("Won")
        ('Email', 'Won', '“Won”')
    """
    return OWN.get(key) or (f"“{key}”" if key in OWN.values() else key)


def flow(steps: Iterable[Step]) -> Flow | None:
    """Return the drawing; None where there are no journeys."""
    moves = list(steps)
    if not moves:
        return None
    seen: Counter[str] = Counter()
    for move in moves:
        seen[move.channel] += move.deals
    own = [name for name, _ in sorted(seen.items(), key=lambda each: (-each[1], each[0]))[:SHOWN]]
    links: Counter[tuple[int, str, str]] = Counter()
    for move in moves:
        links[move.step, _group(move.channel, own), _after(move, own)] += move.deals
    nodes = _nodes(links, own)
    return Flow([*nodes.values()], _links(links, nodes), _heads(nodes.values()))


def _group(channel: str, own: Sequence[str]) -> str:
    return channel if channel in own else OTHERS


def _after(move: Step, own: Sequence[str]) -> str:
    if not move.after:
        return WON
    return LONGER if move.step == STEPS else _group(move.after, own)


def _nodes(links: Mapping[tuple[int, str, str], int], own: Sequence[str]) -> dict[tuple[int, str], Node]:
    """Return the bars: each as high as the more of what comes and what goes; what is won stands in a column beyond."""
    out: Counter[tuple[int, str]] = Counter()
    come: Counter[tuple[int, str]] = Counter()
    for (step, name, after), count in links.items():
        out[step, name] += count
        come[_place(step, after)] += count
    deals = {key: max(out[key], come[key]) for key in out.keys() | come.keys()}
    order = {name: at for at, name in enumerate((*own, OTHERS, LONGER, WON))}
    columns: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key in sorted(deals, key=lambda key: (key[0], order[key[1]])):
        columns[key[0]].append(key)
    most = max(sum(deals[key] for key in keys) for keys in columns.values())
    tallest = max(len(keys) for keys in columns.values())
    scale = (HIGH - _TOP - _GAP * tallest) / most
    across = (WIDE - _LABEL) / max(len(columns) - 1, 1)
    found = {}
    for place, step in enumerate(sorted(columns)):
        y = float(_TOP)
        for key in columns[step]:
            high = max(deals[key] * scale, 1.0)
            found[key] = Node(
                key[1], step, deals[key], round(place * across, 1), round(y, 1), round(high, 1), order[key[1]]
            )
            y += high + _GAP
    return found


def _place(step: int, after: str) -> tuple[int, str]:
    return (STEPS + 1, after) if after in {WON, LONGER} else (step + 1, after)


def _links(links: Mapping[tuple[int, str, str], int], nodes: Mapping[tuple[int, str], Node]) -> list[Link]:
    left: Counter[tuple[int, str]] = Counter()
    right: Counter[tuple[int, str]] = Counter()
    found = []
    for (step, name, after), deals in sorted(links.items(), key=lambda each: (each[0][0], _tone(nodes, each[0]))):
        source, target = nodes[step, name], nodes[_place(step, after)]
        wide = deals / source.deals * source.high
        y0 = source.y + left[step, name] / source.deals * source.high + wide / 2
        y1 = target.y + right[_place(step, after)] / target.deals * target.high + wide / 2
        left[step, name] += deals
        right[_place(step, after)] += deals
        x0, x1 = source.x + _BAR, target.x
        bend = (x1 - x0) / 2
        path = f"M{x0:.1f} {y0:.1f}C{x0 + bend:.1f} {y0:.1f} {x1 - bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        found.append(Link(named(name), named(after), step, deals, path, round(max(wide, 1.0), 1), source.tone))
    return found


def _tone(nodes: Mapping[tuple[int, str], Node], link: tuple[int, str, str]) -> tuple[int, int]:
    step, name, after = link
    return nodes[step, name].tone, nodes[_place(step, after)].tone


def _heads(nodes: Iterable[Node]) -> list[tuple[float, str]]:
    words = {1: "First touch", STEPS + 1: "In the end"}
    return [(x, words.get(step, f"Step {step}")) for step, x in sorted({(node.step, node.x) for node in nodes})]
