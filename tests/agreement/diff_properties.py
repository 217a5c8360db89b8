"""Whatever is edited, the diff is empty if and only if nothing changed that a fingerprint knows."""

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accord.agreement import Agreement, load
from accord.agreement.diff import Kind, Meaning, compare
from accord.agreement.fingerprint import outcome_fingerprint
from accord.agreement.renames import renames, under_older_names
from accord.agreement.rows import RowError, rows, with_value

FOLDER = Path(__file__).parent
TEXTS = [
    (FOLDER / "small.yaml").read_text(encoding="utf-8"),
    (FOLDER / "full.yaml").read_text(encoding="utf-8"),
    (FOLDER.parent.parent / "examples/northwind/agreement.yaml").read_text(encoding="utf-8"),
]
VALUES = (
    *("1", "2", "60", "0.5", "-3", "true", "false", "DE", "AT, DE", "A", "B", "1 day", "2 hours", "3 working days"),
    *(
        "80 %",
        "marketing",
        "sales",
        "agency",
        "mql",
        "sql",
        "week",
        "quarter",
        "escalated",
        "recycle",
        "DE-BE",
        "words",
    ),
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str]:
    """A document and another one: some values changed, some lines gone, doubled or swapped."""
    before = after = draw(st.sampled_from([*TEXTS[:1] * 4, *TEXTS[1:]]))  # mostly the small one: it loads in no time
    for _ in range(draw(st.integers(0, 3))):
        lines = after.splitlines(keepends=True)
        match draw(st.sampled_from(["value", "value", "gone", "twice", "swap"])):
            case "value":
                row = draw(st.sampled_from(rows(after) or ("",)))
                if not row:
                    continue
                try:
                    after = with_value(after, row.path, draw(st.sampled_from(VALUES)))
                except RowError:
                    continue
            case "gone":
                at = draw(st.integers(0, len(lines) - 1))
                after = "".join(lines[:at] + lines[at + 1 :])
            case "twice":
                at = draw(st.integers(0, len(lines) - 1))
                after = "".join([*lines[: at + 1], *lines[at:]])
            case "swap":
                at = draw(st.integers(0, len(lines) - 2))
                after = "".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
    return before, after


@lru_cache(maxsize=8)
def loaded(text: str) -> Agreement | None:
    return load(text, "a.yaml").agreement


def plan(text: str) -> Agreement:
    agreement = loaded(text)
    assert agreement is not None
    return agreement


def plans(texts: tuple[str, str]) -> tuple[Agreement, Agreement]:
    """What both documents say; an edit that leaves no agreement is no example."""
    assume(loaded(texts[1]) is not None)
    return plan(texts[0]), plan(texts[1])


@settings(max_examples=max(25, settings.default.max_examples // 4))  # each loads up to four documents
@given(edits())
def test_nothing_that_changes_a_fingerprint_is_missed_and_nothing_else_is_reported(texts: tuple[str, str]) -> None:
    before, after = plans(texts)
    diff = compare(before, after)
    same_outcome = before.outcome_fingerprint == after.outcome_fingerprint
    same_wording = before.wording_fingerprint == after.wording_fingerprint

    assert (diff.changes == ()) == (same_outcome and same_wording)
    assert (diff.meaning is Meaning.NONE) == (same_outcome and same_wording)
    if diff.meaning is Meaning.OUTCOMES:
        assert not same_outcome
    elif not same_outcome:
        assert any(change.kind is Kind.RENAMED for change in diff.changes)
        assert outcome_fingerprint(under_older_names(after, renames(before, after))) == before.outcome_fingerprint
    for change in diff.changes:
        assert change.clause.title != "The document", "no clause says what differs"
        out, into = change.marked()
        assert (bool(out), bool(into)) == (change.before is not None, change.after is not None)
    assert compare(after, before).meaning is diff.meaning


@pytest.mark.parametrize("text", TEXTS)
def test_an_agreement_does_not_differ_from_itself(text: str) -> None:
    assert compare(plan(text), plan(text)).changes == ()
