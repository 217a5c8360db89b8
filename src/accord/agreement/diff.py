"""Two agreements compared by what they mean: clauses added, removed, changed, moved or renamed.

Nothing that changes a fingerprint is missed, and nothing else is reported: the order of what has no order, comments and
other ways to write the same do not count. A clause in a list is known by what it says and not by its place, so that one
that is put in the middle leaves those after it alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from accord.agreement.clauses import Clause, Section
from accord.agreement.essence import Said, said
from accord.agreement.fingerprint import outcome_fingerprint, outcome_tree, wording_fingerprint
from accord.agreement.matching import matched, moved
from accord.agreement.plan import Agreement
from accord.agreement.renames import renames, under_older_names

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_IN_LIST = re.compile(r"(?P<list>.+)\[\d+\](?P<part>[^\[\]]*)")
_WITHOUT_ORDER = frozenset({"score.fit", "score.engagement", "sla.marketing", "sla.on_breach", "goals"})
"""Lists in which the place of a clause decides nothing; in others the first that fits applies."""
_GRADES = "score.grades"
"""Named clauses whose order decides."""
_PLACES = {
    **dict.fromkeys(("zone", "currency"), "company"),
    **dict.fromkeys(("sales", "marketing", "on_breach", "calendars", "marketing_deadlines"), "sla"),
    "stays": "stages",
    "spending": "budget",
}
"""Where parts of the tree of outcomes stand in the document, if not under their own name."""


class Meaning(StrEnum):
    """What a change comes to."""

    NONE = "none"
    WORDING = "wording"
    OUTCOMES = "outcomes"


class Kind(StrEnum):
    """What happened to a clause."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; ``marked`` if the other sentence lacks it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that differs.

    Attributes:
        kind: What happened to it. One that was changed may have moved as well.
        meaning: What that comes to; never ``NONE``.
        before: The clause in the older agreement; None if it was added.
        after: The clause in the newer one; None if it was removed.
        moved: Whether it now applies earlier or later than others.
        used_by: The clauses that refer to it, directly or through a criterion, if it is a criterion.
    """

    kind: Kind
    meaning: Meaning
    before: Clause | None
    after: Clause | None
    moved: bool = False
    used_by: tuple[Clause, ...] = ()

    @property
    def clause(self) -> Clause:
        """Return the clause as it is now, or as it was if it is gone."""
        clause = self.after or self.before
        if clause is None:
            msg = "a change is of a clause"
            raise ValueError(msg)
        return clause

    @property
    def what(self) -> str:
        """Return what happened to it, in a word or three."""
        return f"{self.kind} and moved" if self.moved and self.kind is Kind.CHANGED else str(self.kind)

    def marked(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Return both sentences in pieces, what is only in one of them marked; empty for one that is not there."""
        return marked(self.before.sentence if self.before else "", self.after.sentence if self.after else "")


@dataclass(frozen=True, slots=True)
class Diff:
    """How a newer agreement differs from an older one, in the order of the page."""

    meaning: Meaning
    changes: tuple[Change, ...]


def compare(before: Agreement, after: Agreement) -> Diff:
    """Return how ``after`` differs from ``before``; no changes if and only if both fingerprints are equal."""
    prints = [(outcome_fingerprint(each), wording_fingerprint(each)) for each in (before, after)]
    if prints[0] == prints[1]:
        return Diff(Meaning.NONE, ())
    same_names = under_older_names(after, renames(before, after))
    decides = outcome_fingerprint(same_names) != prints[0][0]
    changes = tuple(_changes(said(before), said(after, same_names), decides=decides))
    changes += _unsaid(before, same_names, changes)
    meaning = Meaning.OUTCOMES if any(each.meaning is Meaning.OUTCOMES for each in changes) else Meaning.WORDING
    return Diff(meaning, changes)


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two sentences in pieces, word by word.

    Examples:
        >>> out, into = marked("at least 50.", "at least 60.")
        >>> [piece.text for piece in out if piece.marked], [piece.text for piece in into if piece.marked]
        (['50'], ['60'])
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    out: list[Piece] = []
    into: list[Piece] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if gone := "".join(old[old_from:old_to]):
            out.append(Piece(gone, kind != "equal"))
        if come := "".join(new[new_from:new_to]):
            into.append(Piece(come, kind != "equal"))
    return tuple(out), tuple(into)


def _changes(old: Sequence[Said], new: Sequence[Said], *, decides: bool) -> Iterator[Change]:
    """Yield what differs in the order of the newer page; what is gone stands after what it stood after."""
    partner = _partners(old, new)
    elsewhere = _moved(old, new, partner) if decides else frozenset()
    gone = sorted(set(range(len(old))) - set(partner.values()))
    after: dict[int, list[int]] = {}
    newer = {there: here for here, there in partner.items()}
    for there in gone:
        anchor = next((newer[place] for place in range(there - 1, -1, -1) if place in newer), -1)
        after.setdefault(anchor, []).append(there)
    yield from (_removed(old, there) for there in after.get(-1, ()))
    for here, clause in enumerate(new):
        if here not in partner:
            yield Change(Kind.ADDED, Meaning.OUTCOMES, None, clause.clause)
        elif change := _compared(old[partner[here]], clause, here in elsewhere, new):
            yield change
        yield from (_removed(old, there) for there in after.get(here, ()))


def _removed(old: Sequence[Said], there: int) -> Change:
    return Change(Kind.REMOVED, Meaning.OUTCOMES, old[there].clause, None, used_by=_users(old[there], old))


def _compared(old: Said, new: Said, moved: bool, all_new: Sequence[Said]) -> Change | None:
    renamed = new.clause.path != new.place and new.clause.section in {Section.CRITERIA, Section.HOURS}
    decides = old.outcome != new.outcome
    if not (renamed or decides or moved or old.wording != new.wording):
        return None
    kind = Kind.CHANGED
    if not decides and old.wording == new.wording:
        kind = Kind.RENAMED if renamed else Kind.MOVED
    meaning = Meaning.OUTCOMES if decides or moved else Meaning.WORDING
    users = _users(new, all_new) if decides or renamed else ()
    return Change(kind, meaning, old.clause, new.clause, moved, users)


def _partners(old: Sequence[Said], new: Sequence[Said]) -> dict[int, int]:
    """Return the place in ``old`` of each clause of ``new`` that stood there, by its place in ``new``."""
    older, newer = _by_list(old), _by_list(new)
    partner: dict[int, int] = {}
    for name, members in newer.items():
        there = older.get(name, [])
        if name.endswith("[]"):
            pairs = matched([old[place] for place in there], [new[here] for here in members])
            partner.update({members[here]: there[place] for here, place in pairs.items()})
        elif there:
            partner[members[0]] = there[0]
    by_path = {clause.place: there for there, clause in enumerate(old)}
    for here, clause in enumerate(new):  # what a clause of a list says besides goes with it
        whole = _whole(clause.place, new)
        if whole is not None and whole in partner:
            path = old[partner[whole]].place + clause.place[len(new[whole].place) :]
            if path in by_path:
                partner[here] = by_path[path]
    return partner


def _by_list(all_: Sequence[Said]) -> dict[str, list[int]]:
    """Return the places of the clauses by the list in which they stand, ``…[]``, or by their own path."""
    lists: dict[str, list[int]] = {}
    for place, clause in enumerate(all_):
        if _whole(clause.place, all_) is None:
            found = _IN_LIST.fullmatch(clause.place)
            lists.setdefault(f"{found['list']}{found['part']}[]" if found else clause.place, []).append(place)
    return lists


def _whole(path: str, all_: Sequence[Said]) -> int | None:
    """Return the place of the clause of a list to which ``path``, such as ``routing[0].queue``, adds something."""
    found = _IN_LIST.fullmatch(path)
    if found is None or not found["part"]:
        return None
    whole = path.removesuffix(found["part"])
    return next((place for place, clause in enumerate(all_) if clause.place == whole), None)


def _moved(old: Sequence[Said], new: Sequence[Said], partner: dict[int, int]) -> frozenset[int]:
    """Return the places in ``new`` of the clauses that changed their order with others where order decides."""
    ordered: dict[str, list[int]] = {}
    for here in partner:
        name = _ordered_list(new[here].place)
        if name is not None:
            ordered.setdefault(name, []).append(here)
    found: set[int] = set()
    for members in ordered.values():
        members.sort()
        found |= {members[index] for index in moved([partner[here] for here in members])}
    return frozenset(found)


def _ordered_list(path: str) -> str | None:
    found = _IN_LIST.fullmatch(path)
    if found is None:
        return _GRADES if path.startswith(f"{_GRADES}.") else None
    return None if found["part"] or found["list"] in _WITHOUT_ORDER else found["list"]


def _users(criterion: Said, all_: Sequence[Said]) -> tuple[Clause, ...]:
    """Return the clauses that refer to a criterion, directly or through another one, in the order of the page."""
    if criterion.clause.section is not Section.CRITERIA:
        return ()
    names = {criterion.place.partition(".")[2]}
    while True:
        using = [each for each in all_ if each is not criterion and each.criteria & names]
        more = {each.place.partition(".")[2] for each in using if each.clause.section is Section.CRITERIA} - names
        if not more:
            return tuple(each.clause for each in using)
        names |= more


def _unsaid(before: Agreement, after: Agreement, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return a change for each part that decides and that no sentence of the changes is about, so that none is lost."""
    old, new = outcome_tree(before), outcome_tree(after)
    deciding = [each.clause.path for each in changes if each.meaning is Meaning.OUTCOMES]
    found = []
    for part in new:
        place = _PLACES.get(part, part)
        if old.get(part) != new[part] and not any(path.split(".")[0].split("[")[0] == place for path in deciding):
            sentence = f"Something in “{part.replace('_', ' ')}” differs that no clause says; compare the documents."
            clause = Clause(place, Section.PARTIES, "The document", sentence, 1)
            found.append(Change(Kind.CHANGED, Meaning.OUTCOMES, clause, clause))
    if not found and not changes:
        clause = Clause("company", Section.PARTIES, "The document", "The wording differs; compare the documents.", 1)
        found.append(Change(Kind.CHANGED, Meaning.WORDING, clause, clause))
    return tuple(found)
