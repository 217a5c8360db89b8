"""What every check works with: the document, the names that it defines, and the list of issues."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from accord.agreement.build import FAST_LANE
from accord.agreement.document import Document
from accord.agreement.document_rules import AllNode, AnyNode, NoneNode, RuleNode
from accord.agreement.source import Keys, Source, path_of_word
from accord.agreement.suggestion import hint_for
from accord.errors import Issue, Level


@dataclass(slots=True)
class Inspection:
    """One run of the checks.

    Attributes:
        document: What could be understood of the text.
        source: The text's tree, with its lines.
        broken: Paths with a fault already noted; nothing more is said of them.
        issues: What was found.
        endless: Rules are too large, so that nothing may follow them to their end.
    """

    document: Document
    source: Source
    broken: frozenset[str]
    issues: list[Issue] = field(default_factory=list)
    endless: bool = False

    def error(self, code: str, path: str, message: str, hint: str | None = None) -> None:
        """Add an error, unless something worse is known of the same place."""
        self._add(Level.ERROR, code, path, message, hint)

    def warn(self, code: str, path: str, message: str, hint: str | None = None) -> None:
        """Add a warning."""
        self._add(Level.WARNING, code, path, message, hint)

    def note(self, code: str, path: str, message: str, hint: str | None = None) -> None:
        """Add a note."""
        self._add(Level.NOTE, code, path, message, hint)

    def defined(self, section: str) -> tuple[str, ...] | None:
        """Return the names that stand under ``section``, faulty ones too; None: the section itself is faulty."""
        if section in self.broken:
            return None
        tree: object = self.source.tree
        for step in section.split("."):
            tree = tree.get(step) if isinstance(tree, Keys) else None
        return tuple(tree) if isinstance(tree, Keys) else ()

    def refer(self, kind: str, name: str, section: str, path: str) -> bool:
        """Return whether ``name`` stands under ``section``; add an error if not."""
        names = self.defined(section)
        return names is None or self.refer_to(kind, name, names, path)

    def refer_to(self, kind: str, name: str, names: tuple[str, ...], path: str) -> bool:
        """Return whether ``name`` is one of ``names``; add an error if not."""
        if name in names:
            return True
        self.error(f"agreement.unknown_{kind}", path, f"unknown {kind} '{name}'", hint_for(name, names))
        return False

    def is_whole(self, section: str) -> bool:
        """Return whether nothing in or around ``section`` is faulty, so that conclusions may be drawn from it."""
        inside = any(path.startswith((f"{section}.", f"{section}[")) for path in self.broken)
        return not inside and not self._is_noted(section)

    def _is_noted(self, path: str) -> bool:
        """Return whether a fault is noted of ``path`` or of something around it."""
        return any(path == fault or path.startswith((f"{fault}.", f"{fault}[")) for fault in self.broken)

    def _add(self, level: Level, code: str, path: str, message: str, hint: str | None) -> None:
        if not self._is_noted(path):
            self.issues.append(Issue(level, code, message, self.source.at(path), hint))


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule of the document and where it stands.

    Attributes:
        use: What it decides: ``criterion``, ``fit`` (both before there is a score), or ``lead``.
    """

    path: str
    node: RuleNode
    use: str


def placed_rules(document: Document) -> Iterator[PlacedRule]:
    """Yield every rule of the document, in its order."""
    for name, criterion in document.criteria.items():
        yield PlacedRule(f"criteria.{name}", criterion, "criterion")
    for entry in document.score.fit:
        yield PlacedRule(f"{entry.path}.when", entry.when, "fit")
    yield from lead_rules(document)


def lead_rules(document: Document) -> Iterator[PlacedRule]:
    """Yield the rules that decide what happens to a lead: all but the criteria and the score."""
    for path, node in _rules_of_leads(document):
        if node is not None:
            yield PlacedRule(path, node, "lead")


def _rules_of_leads(document: Document) -> Iterator[tuple[str, RuleNode | None]]:
    for gate in document.stages.values():
        yield f"{gate.path}.when", gate.when
        yield f"{gate.path}.or_when", gate.or_when
    yield "handoff.fast_lane", document.handoff.fast_lane
    for reason in document.handoff.reject_reasons.values():
        yield f"{reason.path}.or_when", reason.or_when
    for promise in document.sla.sales:
        yield f"{promise.path}.for", None if promise.for_ == FAST_LANE else promise.for_
    for route in document.routing:
        yield f"{route.path}.when", route.when
    if document.recycling is not None:
        for way_back in (document.recycling.lost_deal, document.recycling.never_reached):
            if way_back is not None:
                yield f"{way_back.path}.or_when", way_back.or_when
    for plan in document.nurture:
        yield f"{plan.path}.when", plan.when


def placed_parts(path: str, node: RuleNode) -> Iterator[tuple[str, RuleNode]]:
    """Yield ``node`` and every rule inside it with its path, outermost first."""
    yield path, node
    parts: list[RuleNode] = []
    match node:
        case AllNode():
            kind, parts = "all", node.all
        case AnyNode():
            kind, parts = "any", node.any
        case NoneNode():
            kind, parts = "none", node.none
    for place, part in enumerate(parts):
        at = path_of_word(part, f"{path}.{kind}[{place}]") if isinstance(part, str) else part.path
        yield from placed_parts(at, part)
