"""Which clauses are signed but not carried out: the table names clauses that exist, and no others are marked."""

import pytest

from accord.agreement import Agreement, clauses, load, not_in_force, shortfalls
from accord.agreement.in_force import NOT_YET, is_carried_out


def loaded(text: str) -> Agreement:
    agreement = load(text, "a.yaml").agreement
    assert agreement is not None
    return agreement


@pytest.mark.parametrize("pattern", NOT_YET)
def test_every_line_of_the_table_is_about_some_clause(pattern: str, full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [clause.path for clause in clauses(loaded(full))]
    monkeypatch.setattr("accord.agreement.in_force.NOT_YET", (pattern,))

    found = [path for path in paths if not is_carried_out(path)]

    assert found
    assert all(path.startswith(pattern.partition("[")[0].partition(".*")[0]) for path in found)


def test_what_the_server_does_is_not_marked(full: str, northwind: str, small: str) -> None:
    carried_out = {
        *("company", "roles", "criteria", "score", "stages", "handoff", "sla", "routing", "fields", "credit"),
    }
    for text in (full, northwind):
        for clause in not_in_force(loaded(text)):
            section = clause.path.partition(".")[0].partition("[")[0]
            assert section not in carried_out
    assert not_in_force(loaded(small)) == ()


@pytest.mark.parametrize(
    ("stage", "who", "missing"),
    [
        ("mql: {when: right_company}", "", []),
        (
            "mql: {when: right_company, checked_by: marketing}",
            "stages.mql",
            ["'marketing' has no page yet on which to confirm it"],
        ),
        ("mql: {when: right_company}\n  sql: {when: right_company, checked_by: sales}", "", []),
        (
            "mql: {when: right_company}\n  sql: {when: right_company, checked_by: marketing}",
            "stages.sql",
            ["whoever works the lead confirms it, not only 'marketing'"],
        ),
    ],
)
def test_a_stage_that_somebody_else_confirms_falls_short(small: str, stage: str, who: str, missing: list[str]) -> None:
    found = shortfalls(loaded(small.replace("mql: {when: right_company}", stage)))

    assert [part.missing for part in found if part.section == who] == missing
    assert {part.section for part in found} - {who} == {"fields"}
