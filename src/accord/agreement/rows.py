"""The values of a document that can be changed one by one, and the document with one of them changed.

A value is replaced where it stands in the text, so that everything else stays as its author wrote it: comments, blank
lines, quotes, the order and the width of lines. What a clause refers to (fields, events, criteria) is its structure and
no row; it is changed in the text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from accord.agreement.english_words import label
from accord.agreement.source import MAX_BYTES, read_source
from accord.errors import AccordError

STRUCTURE = frozenset(
    {"accord", "field", "event", "property", "criterion", "score", "type", "all", "any", "none", "when", "for", "where"}
)
"""Keys whose values say what a clause is about."""
TEXTS = frozenset({"company", "says", "label"})
"""Keys whose values are words even where they look like numbers."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "if_undecided": ("accepted", "escalated"),
    "per": ("week", "month", "quarter"),
    "signs": ("true", "false"),
    "remind": ("owner", "manager"),
    "tell": ("owner", "manager"),
}
"""Keys with few valid values."""
LONG = 18
"""Characters above which a value is long."""
_TOP = 2
_DEEP = frozenset({"score", "sla", "handoff.reject_reasons"})
"""Parts whose clauses stand one level further down."""
_SUBJECTS = ("field", "event", "property", "score")
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")


class RowError(AccordError):
    """A value cannot be changed as asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the document.

    Attributes:
        path: Where it stands, such as ``criteria.right_company.all[0].at_least``.
        clause: The clause that it belongs to, such as ``criteria.right_company``.
        label: What it is, in words.
        value: As it is written, without quotes; the members of a list with commas between them.
        line: 1-based.
        choices: What else it may be; empty if that is open.
    """

    path: str
    clause: str
    label: str
    value: str
    line: int
    choices: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Return whether it takes the width of a line to be read and written: words, or a list."""
        return len(self.value) > LONG or self.path.rpartition(".")[2] in TEXTS


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value with its place in the text: ``[start, end)`` in characters."""

    row: Row
    start: int
    end: int
    quoted: bool
    is_list: bool


def rows(text: str) -> tuple[Row, ...]:
    """Return every value that can be changed by itself, in the order of the text; none if it cannot be read."""
    return tuple(spot.row for spot in _spots(text))


def with_value(text: str, path: str, value: str) -> str:
    """Return the document with one value changed and everything else as it was.

    Args:
        text: The document.
        path: Of a row.
        value: What it is to be; line breaks count as spaces; the members of a list with commas between them.

    Raises:
        RowError: ``row.unknown`` if there is no such row, ``row.empty`` or ``row.unwritable``.
    """
    spots = _spots(text)
    spot = next((each for each in spots if each.row.path == path), None)
    if spot is None:
        raise RowError("row.unknown", f"the document has no value at {path} any more", hint="look at the document")
    wanted = " ".join(value.split())
    if not wanted:
        raise RowError("row.empty", f"{spot.row.label} cannot be empty", hint="to leave it out, remove it in the text")
    if wanted == spot.row.value:
        return text
    for literal in _literals(spot, wanted):
        changed = text[: spot.start] + literal + text[spot.end :]
        if len(_spots(changed)) == len(spots) and _says(changed, path, wanted):
            return changed
    raise RowError("row.unwritable", f"“{wanted[:60]}” cannot stand here", hint="change it in the text")


def clause_of(path: str) -> str:
    """Return the path of the clause to which a value belongs.

    Examples:
        >>> clause_of("criteria.right_company.all[0].at_least"), clause_of("sla.sales[0].first_attempt")
        ('criteria.right_company', 'sla.sales[0]')
        >>> clause_of("handoff.reject_reasons.not_now.label"), clause_of("handoff.decide_within")
        ('handoff.reject_reasons.not_now', 'handoff.decide_within')
    """
    steps = _STEP.findall(path)
    dotted = "fields." if steps[0] == "fields" else ""
    if dotted:  # the names of fields have a dot of their own
        return dotted + ".".join(steps[1:3])
    depth = _TOP + (steps[0] in _DEEP or ".".join(steps[:_TOP]) in _DEEP)
    return "".join(step if step.startswith("[") or not at else f".{step}" for at, step in enumerate(steps[:depth]))


def _literals(spot: _Spot, wanted: str) -> Iterator[str]:
    """Yield the ways to write a value, the plainest first."""
    if spot.is_list:
        members = [member.strip() for member in wanted.split(",") if member.strip()]
        yield f"[{', '.join(members)}]"
        yield json.dumps(members, ensure_ascii=False)
        return
    if not spot.quoted:
        yield wanted
    yield json.dumps(wanted, ensure_ascii=False)


def _says(text: str, path: str, wanted: str) -> bool:
    """Return whether the document now says ``wanted`` at ``path``, and says it as words where it must."""
    spot = next((each for each in _spots(text) if each.row.path == path), None)
    if spot is None or _members(spot.row.value) != _members(wanted):
        return False
    if path.rpartition(".")[2] not in TEXTS:
        return True
    value: object = read_source(text, "").tree
    for step in _STEP.findall(path):
        value = value[int(step[1:-1])] if step.startswith("[") else value[step]  # type: ignore[index]  # it has a row
    return isinstance(value, str)


def _members(value: str) -> list[str]:
    return [member.strip() for member in value.split(",")]


@lru_cache(maxsize=16)
def _spots(text: str) -> tuple[_Spot, ...]:
    if len(text) > MAX_BYTES or not read_source(text, "").readable:
        return ()
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError):
        return ()
    return tuple(_inside(node, "", (), text)) if isinstance(node, MappingNode) else ()


def _inside(node: MappingNode, path: str, subjects: tuple[str, ...], text: str) -> Iterator[_Spot]:
    subject = next((label(found) for key in _SUBJECTS if (found := _scalar(node, key))), "")
    subjects = (*subjects, subject) if subject else subjects
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            continue
        place = f"{path}.{key.value}" if path else key.value
        if isinstance(value, ScalarNode | SequenceNode) and _is_value(value, text):
            if key.value not in STRUCTURE:
                named = label(key.value) if key.value in TEXTS else " · ".join((*subjects, label(key.value)))
                yield _spot(value, place, named, text)
        else:
            yield from _below(value, place, subjects, text)


def _below(node: Node, path: str, subjects: tuple[str, ...], text: str) -> Iterator[_Spot]:
    if isinstance(node, MappingNode):
        yield from _inside(node, path, subjects, text)
    elif isinstance(node, SequenceNode):
        for place, member in enumerate(node.value):
            yield from _below(member, f"{path}[{place}]", subjects, text)


def _scalar(node: MappingNode, name: str) -> str:
    return next((value.value for key, value in node.value if key.value == name and isinstance(value, ScalarNode)), "")


def _is_value(node: ScalarNode | SequenceNode, text: str) -> bool:
    """Return whether a node is one value: a scalar on one line, or a list of them that holds no comment."""
    written = text[node.start_mark.index : node.end_mark.index]
    if node.anchor is not None or "\n" in written:
        return False
    if isinstance(node, ScalarNode):
        return node.style in {None, "'", '"'} and bool(written)
    plain = all(isinstance(member, ScalarNode) and "," not in member.value for member in node.value)
    return bool(node.flow_style and node.value and plain)


def _spot(node: ScalarNode | SequenceNode, path: str, name: str, text: str) -> _Spot:
    many = node.value if isinstance(node, SequenceNode) else None
    value = str(node.value) if many is None else ", ".join(member.value for member in many)
    choices = CHOICES.get(path.rpartition(".")[2], ())
    row = Row(path, clause_of(path), name, value, node.start_mark.line + 1, choices if value in choices else ())
    quoted = isinstance(node, ScalarNode) and node.style is not None
    return _Spot(row, node.start_mark.index, node.end_mark.index, quoted, many is not None)
