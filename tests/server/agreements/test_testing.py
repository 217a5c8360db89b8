"""The tests that a revision carries, and how many of them pass: shown before both sides sign."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.cli.propose import propose as propose_command
from accord.server.agreements.models import CaseFile, Revision
from accord.server.agreements.services import propose
from accord.server.agreements.testing import carried_tests, keep_tests, tally_of, tally_of_text

TEXT = AGREEMENT.read_text(encoding="utf-8")
EDITED = TEXT.replace("at_least: 50", "at_least: 60")
TESTS = {
    "size.yaml": """\
cases:
  - case: Fifty are enough
    at: 2026-03-02 10:00
    lead: {company.employees: 50}
    expect: {criteria: {right_company: true}}
  - case: Forty-nine are not
    at: 2026-03-02 10:00
    lead: {company.employees: 49}
    expect: {criteria: {right_company: false}}
"""
}


def proposed(cast: Cast, text: str, days: int = 0) -> Revision:
    return propose(text, "agreement.yaml", reason="a try", by=cast.olga, at=MONDAY + timedelta(days=days))


def test_a_revision_says_how_many_of_its_tests_pass(cast: Cast) -> None:
    revision = proposed(cast, TEXT)
    keep_tests(revision, TESTS)

    found = tally_of(revision)

    assert found is not None
    assert (found.words, found.all_pass, found.failing) == ("2 of 2 tests pass", True, ())


def test_an_edit_is_held_to_the_carried_tests_what_it_is_based_on(revision: Revision, cast: Cast) -> None:
    keep_tests(revision, TESTS)
    edited = proposed(cast, EDITED)

    assert edited.based_on == revision
    assert carried_tests(edited) == TESTS
    found = tally_of(edited)
    assert found is not None
    assert (found.words, found.all_pass) == ("1 of 2 tests pass", False)
    (failing,) = found.failing
    assert (failing.name, failing.place) == ("Fifty are enough", "size.yaml:2")
    assert any("10 short" in line for line in failing.why)


def test_carried_tests_its_own_come_first(revision: Revision, cast: Cast) -> None:
    keep_tests(revision, TESTS)
    edited = proposed(cast, EDITED)
    keep_tests(edited, {"own.yaml": TESTS["size.yaml"].replace("50}", "60}")})

    found = tally_of(edited)

    assert found is not None
    assert found.words == "2 of 2 tests pass"


def test_a_revision_without_tests_says_so(revision: Revision) -> None:
    found = tally_of(revision)

    assert found is not None
    assert (found.words, found.total, found.all_pass) == ("it carries no tests", 0, False)


def test_a_draft_with_errors_has_no_outcome(revision: Revision) -> None:
    keep_tests(revision, TESTS)

    assert tally_of_text("accord: 1", "agreement.yaml", revision) is None


def test_a_test_of_a_criterion_that_is_gone_is_said(revision: Revision) -> None:
    keep_tests(revision, TESTS)

    found = tally_of_text(TEXT.replace("right_company", "good_company"), "agreement.yaml", revision)

    assert found is not None
    assert found.words == "0 of 0 tests pass; some tests cannot be read"
    assert "unknown criterion 'right_company'" in str(found.issues[0])


@pytest.mark.parametrize("change", [lambda rows: rows.update(text="cases: []"), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_tests_afterwards(revision: Revision, change) -> None:
    keep_tests(revision, TESTS)

    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        change(CaseFile.objects.all())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "agreement.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "size.yaml").write_text(TESTS["size.yaml"], encoding="utf-8")
    return tmp_path


def run(folder: Path, cast: Cast) -> tuple[int, str]:
    done = CliRunner().invoke(
        propose_command, [str(folder / "agreement.yaml"), "--reason", "a try", "--by", cast.olga.email]
    )
    return done.exit_code, done.output


def test_proposing_a_file_keeps_the_tests_beside_it(folder: Path, cast: Cast) -> None:
    code, said = run(folder, cast)

    assert code == 0
    assert "2 of 2 tests pass" in said
    assert carried_tests(Revision.objects.get()) == TESTS


def test_a_failing_test_is_said_and_left_to_those_who_sign(folder: Path, cast: Cast) -> None:
    (folder / "agreement.yaml").write_text(EDITED, encoding="utf-8")

    code, said = run(folder, cast)

    assert code == 0
    assert "1 of 2 tests pass" in said


def test_tests_that_cannot_be_read_change_nothing(folder: Path, cast: Cast) -> None:
    (folder / "tests" / "size.yaml").write_text("cases: []", encoding="utf-8")

    code, said = run(folder, cast)

    assert code == 1
    assert "size.yaml:1: error: this file holds no case" in said
    assert not Revision.objects.exists()


def test_a_file_without_tests_is_proposed_all_the_same(folder: Path, cast: Cast) -> None:
    (folder / "tests" / "size.yaml").unlink()

    code, said = run(folder, cast)

    assert code == 0
    assert "it carries no tests" in said
