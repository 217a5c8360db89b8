import pytest

from accord.agreement import Agreement, load
from accord.agreement.diff import Diff, Kind, Meaning, compare, marked


def plan(text: str) -> Agreement:
    loaded = load(text, "agreement.yaml")
    assert loaded.agreement is not None, [str(issue) for issue in loaded.issues]
    return loaded.agreement


def edited(text: str, *edits: tuple[str, str]) -> Diff:
    """What the edits come to; each replaces every occurrence."""
    new = text
    for old_part, new_part in edits:
        assert old_part in new
        new = new.replace(old_part, new_part)
    return compare(plan(text), plan(new))


def lines(diff: Diff) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (change.kind, change.meaning, change.before and change.before.path, change.after and change.after.path)
        for change in diff.changes
    ]


def with_good_fit(text: str) -> str:
    """The agreement with a criterion that refers to others."""
    new = "  good_fit:\n    says: Both\n    all: [right_company, reachable]\n\n"
    return text.replace("  target_industry:\n", f"{new}  target_industry:\n")


def test_what_means_the_same_differs_in_nothing(northwind: str) -> None:
    diff = edited(
        northwind,
        ("[planned, approved]", "[Approved, planned]"),
        ("within: 14 days", "within: 2 weeks"),
        ("accord: 1", "# a remark\naccord: 1"),
    )
    assert diff == Diff(Meaning.NONE, ())


def test_a_changed_value_is_one_changed_clause_with_the_words_that_differ(northwind: str) -> None:
    diff = edited(northwind, ("first_attempt: 15 minutes", "first_attempt: 10 minutes"))
    (change,) = diff.changes
    assert lines(diff) == [("changed", "outcomes", "sla.sales[0]", "sla.sales[0]")]
    out, into = change.marked()
    assert "".join(piece.text for piece in out) == change.before.sentence  # type: ignore[union-attr]
    assert [piece.text for piece in out if piece.marked] == ["15"]
    assert [piece.text for piece in into if piece.marked] == ["10"]


def test_a_changed_criterion_names_every_clause_that_uses_it_also_through_another(northwind: str) -> None:
    before = with_good_fit(northwind).replace(
        "  - {to: field_sales", "  - {to: good, when: good_fit}\n  - {to: field_sales"
    )
    after = before.replace("at_least: 50}", "at_least: 60}")
    (change,) = compare(plan(before), plan(after)).changes
    assert change.clause.path == "criteria.right_company"
    assert [clause.path for clause in change.used_by] == [
        "criteria.good_fit", "score.fit[0]", "stages.mql", "handoff.fast_lane", "routing[1]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("company: Northwind Instruments", "company: Northwind", "company"),
        ("says: 1000 or more staff", "says: A thousand", "criteria.large_company"),
        ("label: Bad timing", "label: Not now", "handoff.reject_reasons.not_now"),
    ],
)
def test_other_words_are_wording_only(northwind: str, old: str, new: str, path: str) -> None:
    diff = edited(northwind, (old, new))
    assert diff.meaning is Meaning.WORDING
    assert lines(diff) == [("changed", "wording", path, path)]


PROMISE = "    - {for: {grade: C}, first_attempt: 2 hours, attempts: 2, over: 9 working days, calendar: field_sales}\n"


@pytest.mark.parametrize(
    ("before", "added", "path"),
    [
        ("    - {for: {grade: B}", PROMISE, "sla.sales[2]"),
        ("  - {to: enterprise", "  - {to: small, when: {none: [right_company]}}\n", "routing[0]"),
        ("    - {when: decision_maker", "    - {when: reachable, points: 1}\n", "score.fit[1]"),
        ("    - {event: webinar", "    - {event: call_missed, points: 1}\n", "score.engagement[2]"),
        ("    - {at: breach", "    - {after: 90 %, tell: owner}\n", "sla.on_breach[1]"),
    ],
)
def test_a_clause_put_into_a_list_leaves_those_after_it_alone(
    northwind: str, before: str, added: str, path: str
) -> None:
    assert lines(edited(northwind, (before, added + before))) == [("added", "outcomes", None, path)]


def test_a_clause_put_before_one_that_changes_is_told_apart_from_it(northwind: str) -> None:
    diff = edited(
        northwind,
        ("    - {for: {grade: B}", PROMISE + "    - {for: {grade: B}"),
        ("4 working hours, attempts: 4", "5 working hours, attempts: 4"),
    )
    assert lines(diff) == [
        ("added", "outcomes", None, "sla.sales[2]"),
        ("changed", "outcomes", "sla.sales[2]", "sla.sales[3]"),
    ]


def test_a_clause_that_is_gone_stands_where_it_stood(northwind: str) -> None:
    diff = edited(
        northwind,
        ("    competitor:  {label: Works for a competitor, then: disqualify}\n", ""),
        ("label: Bad timing", "label: Not now"),
        ("deliver: 120", "deliver: 100"),
    )
    assert lines(diff) == [
        ("removed", "outcomes", "handoff.reject_reasons.competitor", None),
        ("changed", "wording", "handoff.reject_reasons.not_now", "handoff.reject_reasons.not_now"),
        ("changed", "outcomes", "sla.marketing[0]", "sla.marketing[0]"),
    ]


def test_the_order_of_what_applies_first_is_a_move(northwind: str) -> None:
    first = northwind.split("first that fits a lead applies\n")[1].split("\n", maxsplit=1)[0] + "\n"
    last = "    - {first_attempt: 1 working day"
    moved = edited(northwind, (first, ""), (last, first + last))
    assert lines(moved) == [("moved", "outcomes", "sla.sales[0]", "sla.sales[2]")]
    grades = edited(northwind, ("    B: {fit: 50}\n    C: {fit: 30}\n", "    C: {fit: 30}\n    B: {fit: 50}\n"))
    assert [change.kind for change in grades.changes] == [Kind.MOVED]


def test_the_order_of_what_has_no_order_is_nothing(northwind: str) -> None:
    two = "    - {when: decision_maker, points: 20}\n    - {when: target_industry, points: 10}\n"
    other = "    - {when: target_industry, points: 10}\n    - {when: decision_maker, points: 20}\n"
    assert edited(northwind, (two, other)).changes == ()


def test_a_criterion_under_another_name_is_renamed_and_those_who_use_it_did_not_change(northwind: str) -> None:
    diff = edited(northwind, ("decision_maker", "can_sign"))
    assert lines(diff) == [("renamed", "wording", "criteria.decision_maker", "criteria.can_sign")]
    users = [clause.path for clause in diff.changes[0].used_by]
    assert users == ["score.fit[1]", "handoff.reject_reasons.no_decision", "handoff.sales_checks", "nurture[0]"]
    assert diff.meaning is Meaning.WORDING


def test_two_criteria_of_which_one_refers_to_the_other_are_both_renamed(northwind: str) -> None:
    diff = edited(with_good_fit(northwind), ("right_company", "our_company"), ("good_fit", "fits_well"))
    assert [(change.kind, change.clause.path) for change in diff.changes] == [
        ("renamed", "criteria.our_company"), ("renamed", "criteria.fits_well"),
    ]  # fmt: skip


def test_a_criterion_under_another_name_and_with_another_rule_is_not_the_same(northwind: str) -> None:
    diff = edited(northwind, ("large_company", "huge_company"), ("at_least: 1000\n", "at_least: 2000\n"))
    assert ("removed", "outcomes", "criteria.large_company", None) in lines(diff)
    assert ("added", "outcomes", None, "criteria.huge_company") in lines(diff)
    assert diff.meaning is Meaning.OUTCOMES


def test_a_calendar_under_another_name_is_renamed(northwind: str) -> None:
    diff = edited(northwind, ("field_sales:", "outside:"), ("calendar: field_sales", "calendar: outside"))
    assert lines(diff) == [("renamed", "wording", "sla.calendars.field_sales", "sla.calendars.outside")]


def test_a_reason_under_another_name_is_another_reason_since_leads_carry_its_name(northwind: str) -> None:
    diff = edited(northwind, ("    not_now: ", "    later: "))
    assert [change.kind for change in diff.changes] == [Kind.REMOVED, Kind.ADDED]
    assert diff.meaning is Meaning.OUTCOMES


def test_words_that_are_only_in_one_sentence_are_marked() -> None:
    out, into = marked("Sales calls within 1 hour.", "Sales calls within 2 hours.")
    assert [(piece.text, piece.marked) for piece in out] == [
        ("Sales calls within ", False), ("1", True), (" ", False), ("hour", True), (".", False),
    ]  # fmt: skip
    assert "".join(piece.text for piece in into) == "Sales calls within 2 hours."
