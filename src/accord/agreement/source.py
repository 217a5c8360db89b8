"""YAML text in, a tree of plain values out, with the line on which every part of it stands.

Only what people write by hand is taken: mappings with text keys, lists and plain values. Values are read by the YAML
1.2 rules and no others, so ``NO`` is Norway and ``12:30`` is text; a day such as ``2026-12-24`` becomes a date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import category

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from accord.errors import Issue, Level

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 24

_UNSEEN = frozenset({"Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_PLAIN_WORDS: dict[str, object] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


class Keys(dict[str, Any]):
    """A mapping of the document that knows its path."""

    path: str = ""


class Items(list[Any]):
    """A list of the document that knows its path."""

    path: str = ""


class Word(str):
    """A text in a list that knows its path, since lists lose their faulty members on the way."""

    path: str


@dataclass(slots=True)
class Source:
    """A document as it was read.

    Attributes:
        filename: As it is named in issues.
        tree: The top mapping; empty where the text could not be read.
        lines: The line of every key and list item by its path; 1-based.
        issues: What is wrong with the text as YAML.
        readable: Whether ``tree`` stands for the whole text.
    """

    filename: str
    tree: Keys = field(default_factory=Keys)
    lines: dict[str, int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    readable: bool = True

    def line(self, path: str) -> int:
        """Return the line of ``path``, or of the nearest thing around it that stands in the document."""
        while path:
            if path in self.lines:
                return self.lines[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return 1

    def at(self, path: str) -> str:
        """Return ``file:line`` of ``path``."""
        return f"{self.filename}:{self.line(path)}"


class _UnreadableError(Exception):
    """Reading cannot go on."""

    def __init__(self, code: str, message: str, line: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.hint = code, message, line, hint


def read_source(text: str, filename: str) -> Source:
    """Return the tree of ``text``, or the issues that say why there is none; never raises for bad text."""
    source = Source(filename)
    reader = _Reader(source, text)
    try:
        _refuse_unreadable(text)
        reader.document()
    except _UnreadableError as fault:
        _add(source, fault.code, fault.message, fault.line, fault.hint)
        source.readable = False
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        problem = " ".join((fault.problem or fault.context or "it cannot be read").split())
        line = mark.line + 1 if mark else 1
        _add(source, "agreement.yaml_syntax", *_syntax_fault(problem, line, reader.long_quote))
        source.readable = False
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as fault:
        # ruamel.yaml lets other exceptions than its own through for some malformed escapes, tags and directives.
        problem = (" ".join(str(fault).split()) or type(fault).__name__)[:200]
        _add(source, "agreement.yaml_syntax", f"this is not valid YAML: {problem}", 1, None)
        source.readable = False
    return source


def _add(source: Source, code: str, message: str, line: int, hint: str | None = None) -> None:
    source.issues.append(Issue(Level.ERROR, code, message, f"{source.filename}:{line}", hint))


def _syntax_fault(problem: str, line: int, long_quote: tuple[int, int] | None) -> tuple[str, int, str]:
    """Return how a fault of the YAML is said, on which line, and what to do about it."""
    if "'\\t'" in problem:
        return "a line is indented with a tab, which YAML does not allow", line, "indent it with spaces"
    if long_quote is not None:
        first, last = long_quote
        text = f"the text in quotes that begins here ends only on line {last}, and what follows it makes no sense"
        return text, first, "close the quote where the text ends"
    hint = "check the indentation, the colons and the quotes on this line and on the one before"
    return f"this is not valid YAML: {problem}", line, hint


def _refuse_unreadable(text: str) -> None:
    """Raise for text that is not worth parsing: too long, empty, or with characters that no editor shows."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _UnreadableError("agreement.too_large", f"the document is larger than {MAX_BYTES:,} bytes", 1)
    if not text.strip("\ufeff \t\r\n"):
        raise _UnreadableError("agreement.empty", "the document is empty", 1, "start it with 'accord: 1'")
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        for character in line:
            if _is_invisible(character):
                raise _UnreadableError(
                    "agreement.unprintable",
                    f"the character U+{ord(character):04X} may not stand in an agreement",
                    number,
                    "save the file as plain text in UTF-8",
                )


def _is_invisible(character: str) -> bool:
    """Return whether nobody sees a character, so that what both sides sign could be other than what they read."""
    code = ord(character)
    if code < 0xA0:
        return (code < 0x20 and character not in "\t\r") or code >= 0x7F
    # Cf: among others what turns the direction of reading; the two joiners are letters' own in Persian, Hindi, emoji.
    return category(character) in _UNSEEN and character not in _JOINERS


class _Reader:
    """Turns the events of the YAML parser into a tree, and notes the lines."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        # The pure parser, so that messages and limits are the same with and without the C extension.
        self.events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self.anchors: dict[str | None, object] = {}
        self.nodes = 0
        self.long_quote: tuple[int, int] | None = None
        """The first and the last line of the text read last, if it stands in quotes over several lines."""

    def document(self) -> None:
        """Read the single document of the stream into ``source.tree``."""
        event = next(self.events)
        while isinstance(event, StreamStartEvent | DocumentStartEvent):
            event = next(self.events)
        if isinstance(event, StreamEndEvent):
            raise _UnreadableError("agreement.empty", "the document is empty", 1, "start it with 'accord: 1'")
        if not isinstance(event, MappingStartEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise _UnreadableError(
                "agreement.not_a_mapping",
                "the document must be made of keys with values, such as 'company: Northwind Instruments'",
                line,
                "start it with 'accord: 1'",
            )
        tree = self.node(event, "", 0)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                line = event.start_mark.line + 1
                raise _UnreadableError(
                    "agreement.several_documents", "a file holds one agreement only", line, "remove what follows '---'"
                )
        if isinstance(tree, Keys):
            self.source.tree = tree

    def node(self, event: Event, path: str, depth: int) -> object:
        """Return the value that begins with ``event``."""
        line = event.start_mark.line + 1
        self.count(1, line)
        if depth > MAX_DEPTH:
            raise _UnreadableError("agreement.too_deep", f"this is nested more than {MAX_DEPTH} levels deep", line)
        if (tag := getattr(event, "tag", None)) is not None:
            self.complain("agreement.tag", f"the tag '{tag}' has no meaning here", line, "remove it")
        match event:
            case ScalarEvent():
                last = event.end_mark.line + 1
                self.long_quote = (line, last) if event.style in ('"', "'") and last > line else None
                text = self.text(event.value, line)
                value = _scalar(text) if event.style is None else text
            case SequenceStartEvent():
                value = self.items(path, depth)
            case MappingStartEvent():
                value = self.keys(path, depth)
            case _:
                return self.alias(getattr(event, "anchor", None), path, line)
        if (anchor := getattr(event, "anchor", None)) is not None:
            self.anchors[anchor] = value
        return value

    def items(self, path: str, depth: int) -> Items:
        """Return the list whose start was just read."""
        items = Items()
        items.path = path
        while not isinstance(event := next(self.events), SequenceEndEvent):
            place = f"{path}[{len(items)}]"
            self.source.lines[place] = event.start_mark.line + 1
            items.append(_placed(self.node(event, place, depth + 1), place))
        return items

    def keys(self, path: str, depth: int) -> Keys:
        """Return the mapping whose start was just read; of a key that stands twice, the first counts."""
        keys = Keys()
        keys.path = path
        while not isinstance(event := next(self.events), MappingEndEvent):
            line = event.start_mark.line + 1
            key = self.key(event, path, depth, line)
            if key is None:
                self.node(next(self.events), path, depth + 1)
                continue
            place = f"{path}.{key}" if path else key
            first = self.source.lines.get(place) if key in keys else None
            value = self.node(next(self.events), place if first is None else f"{place} (again)", depth + 1)
            if first is not None:
                self.complain(
                    "agreement.duplicate_key", f"'{key}' stands here twice", line, f"the first is on line {first}"
                )
                continue
            self.source.lines[place] = line
            keys[key] = value
        return keys

    def key(self, event: Event, path: str, depth: int, line: int) -> str | None:
        """Return the key that begins with ``event``, as it is written; None where it is not text."""
        if isinstance(event, ScalarEvent):
            self.count(1, line)
            self.long_quote = None
            if event.value == "<<" and event.style is None:
                hint = "write out the keys that are meant"
                self.complain("agreement.merge_key", "'<<' merges nothing here: what holds must stand here", line, hint)
                return None
            return self.text(event.value, line)
        self.node(event, path, depth + 1)
        self.complain("agreement.key_not_text", "a key must be text", line, "write 'key: value'")
        return None

    def text(self, value: str, line: int) -> str:
        r"""Return a text as it is meant: ``\ud83d\ude00``, as JSON writes it, is one character; half of it is none."""
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for character in whole:
            if character == "\ufffd" or (_is_invisible(character) and character != "\n"):
                text = f"the character U+{ord(character):04X} may not stand in an agreement"
                self.complain("agreement.unprintable", text, line, "remove it, or what stands for it after a backslash")
                break
        return whole

    def alias(self, anchor: str | None, path: str, line: int) -> object:
        """Return a copy, at ``path``, of what the alias refers to."""
        if anchor not in self.anchors:
            self.complain("agreement.unknown_anchor", f"there is no '&{anchor}' before this line", line)
            return None
        return self.copy(self.anchors[anchor], path, line)

    def copy(self, value: object, path: str, line: int) -> object:
        """Return ``value`` placed at ``path``; every copied node counts, so that aliases cannot explode."""
        self.count(1, line)
        if isinstance(value, Items):
            places = [f"{path}[{place}]" for place in range(len(value))]
            items = Items(_placed(self.copy(item, at, line), at) for item, at in zip(value, places, strict=True))
            items.path = path
            return items
        if isinstance(value, Keys):
            keys = Keys((key, self.copy(item, f"{path}.{key}", line)) for key, item in value.items())
            keys.path = path
            return keys
        return value

    def count(self, nodes: int, line: int) -> None:
        """Count nodes and stop at the limit."""
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise _UnreadableError("agreement.too_large", f"the document has more than {MAX_NODES:,} values", line)

    def complain(self, code: str, message: str, line: int, hint: str | None = None) -> None:
        """Add an error and go on."""
        _add(self.source, code, message, line, hint)


def _placed(value: object, path: str) -> object:
    if not isinstance(value, str):
        return value
    word = Word(value)
    word.path = path
    return word


def path_of_word(value: object, otherwise: str) -> str:
    """Return where a text of a list stands, or ``otherwise`` if it stands elsewhere."""
    return value.path if isinstance(value, Word) else otherwise


def _scalar(text: str) -> object:
    """Return the value of an unquoted scalar.

    Examples:
        >>> [_scalar(text) for text in ("NO", "12", "1.50", "2026-12-24", "true", "~")]
        ['NO', 12, Decimal('1.50'), datetime.date(2026, 12, 24), True, None]
    """
    if text in _PLAIN_WORDS:
        return _PLAIN_WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DAY.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
