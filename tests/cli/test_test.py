"""``accord test``: the tests of an agreement through the command line, on both evaluators."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from accord.cli import case_results
from accord.cli.test import test as accord_test

AGREEMENT = Path(__file__).parent.parent / "agreement" / "cases" / "agreement.yaml"
GOOD = """\
cases:
  - case: Two hundred are enough
    at: 2026-03-02 10:00
    lead: {company.employees: 200}
    expect: {criteria: {right_company: true}, fit: 40, grade: B, stage: subscriber}
  - case: A demo goes to the field at once
    at: 2026-03-02 10:00
    touchpoints: [{event: form_submitted, at: now, with: {form: demo}}]
    expect: {fast_lane: true, team: field, first_attempt_due: 2026-03-02 10:15}
"""
BAD = """\
cases:
  - case: Forty-two are enough
    at: 2026-03-02 10:00
    lead: {company.employees: 42}
    expect: {criteria: {right_company: true}, fit: 40, ready: true}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(accord_test, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An agreement with a good file of tests beside it."""
    (tmp_path / "agreement.yaml").write_bytes(AGREEMENT.read_bytes())
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "good.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_tests_beside_an_agreement_run_live_and_in_batch(folder: Path) -> None:
    result = run(folder / "agreement.yaml")

    assert result.output == "2 of 2 tests pass, live and in batch\n"
    assert result.exit_code == 0


def test_the_agreement_of_the_folder_is_tested_unless_another_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    assert run("--live-only").output == "2 of 2 tests pass\n"


def test_a_failing_case_says_what_was_expected_and_found_and_why(folder: Path) -> None:
    bad = folder / "bad.yaml"
    bad.write_text(BAD, encoding="utf-8")

    result = run(folder / "agreement.yaml", folder / "tests" / "good.yaml", bad)

    assert result.exit_code == 1
    assert (
        result.output
        == f"""\
FAIL  Forty-two are enough
  {bad}:5: “50 or more staff”: expected that it holds, found that it does not hold
  {bad}:5: fit: expected 40, found 0
  {bad}:5: ready: expected yes, found no
      ✗ 50 or more staff: 42; 8 short
      POINTS                                                            now   tomorrow
      Fit                                                                 0          0
      Grade: B
      NEXT STAGE: MQL
        It takes: company employees is at least 50 (now 42, 8 short), and 10 more
        engagement points (such as: the lead views a page 2 times).
      HAND-OFF
        It takes: the lead submits a form whose name is demo.
        Or: company employees is at least 50 (now 42, 8 short), person phone is filled
        in, and 10 more engagement points (such as: the lead views a page 2 times).

2 of 3 tests pass, live and in batch
"""
    )


def test_what_fails_in_batch_alone_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(cases, law, engine):
        return tuple({"fit": 4000, "grade": "A"} for _ in cases)

    monkeypatch.setattr("accord.cli.test.batch_outcomes", astray)
    result = run(folder / "agreement.yaml")

    assert result.exit_code == 1
    assert "In batch this came out otherwise:" in result.output
    assert "grade: expected B, found A" in result.output


def test_what_fails_live_alone_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tests" / "good.yaml").write_text(BAD, encoding="utf-8")
    monkeypatch.setattr("accord.cli.test.batch_outcomes", lambda cases, law, engine: ({"fit": 4000},))

    assert "In batch this came out as expected: fit" in run(folder / "agreement.yaml").output


def test_machines_get_every_case(folder: Path) -> None:
    (folder / "tests" / "bad.yaml").write_text(BAD, encoding="utf-8")

    result = run(folder / "agreement.yaml", "--json")
    said = json.loads(result.output)

    assert result.exit_code == 1
    assert (said["passed"], said["failed"]) == (2, 1)
    bad, good, _ = said["cases"]
    at = f"{folder / 'tests' / 'bad.yaml'}:5"
    assert good == {
        "case": "Two hundred are enough",
        "at": f"{folder / 'tests' / 'good.yaml'}:2",
        "passed": True,
        "live": [],
        "batch": [],
    }
    assert (
        bad["batch"]
        == bad["live"]
        == [
            {"subject": "criteria.right_company", "at": at, "expected": True, "found": False},
            {"subject": "fit", "at": at, "expected": 4000, "found": 0},
            {"subject": "ready", "at": at, "expected": True, "found": False},
        ]
    )


def test_machines_get_deadlines_as_instants(folder: Path) -> None:
    path = folder / "tests" / "good.yaml"
    path.write_text(GOOD.replace("10:15", "10:20"), encoding="utf-8")

    (row,) = json.loads(run(folder / "agreement.yaml", "--json", "--live-only").output)["cases"][1]["live"]

    assert (row["expected"], row["found"]) == ("2026-03-02T10:20:00+01:00", "2026-03-02T10:15:00+01:00")


def test_junit_has_a_suite_for_each_file(folder: Path) -> None:
    (folder / "tests" / "bad.yaml").write_text(BAD, encoding="utf-8")

    run(folder / "agreement.yaml", "--junit", folder / "junit.xml")
    suites = ElementTree.parse(folder / "junit.xml").getroot()  # noqa: S314  (written by the command)

    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("1", "1"), ("2", "0")]
    failure = suites[0][0][0]
    assert failure.get("message", "").endswith("expected that it holds, found that it does not hold")
    assert "8 short" in (failure.text or "")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"tests/good.yaml": "cases: [{case: x}]"}, "'cases[0]' needs 'at'"),
        ({"agreement.yaml": "accord: 1"}, "the agreement needs 'company'"),
        ({"tests/good.yaml": None}, "there are no tests here; write tests/*.yaml"),
        ({"agreement.yaml": None}, "agreement.yaml: cannot be read: No such file or directory"),
    ],
)
def test_a_broken_file_is_two(folder: Path, files: dict[str, str | None], said: str) -> None:
    for name, text in files.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, encoding="utf-8")

    result = run(folder / "agreement.yaml")

    assert result.exit_code == 2
    assert said in result.output + result.stderr


def test_a_file_of_tests_that_is_not_there_is_two(folder: Path) -> None:
    result = run(folder / "agreement.yaml", folder / "tests" / "absent.yaml")

    assert result.exit_code == 2
    assert f"{folder / 'tests' / 'absent.yaml'}: cannot be read" in result.stderr


def test_a_warning_is_shown_and_the_tests_run(folder: Path) -> None:
    path = folder / "tests" / "good.yaml"
    path.write_text(GOOD.replace("form_submitted, at: now", "brochure, at: now"), encoding="utf-8")

    result = run(folder / "agreement.yaml", "--live-only")

    assert "warning: no rule of the agreement asks for 'brochure'" in result.output
    assert result.exit_code == 1


def test_testing_needs_no_django_and_no_database(folder: Path) -> None:
    program = (
        "import sys; from accord.cli.test import test; test([sys.argv[1]], standalone_mode=False);"
        "sys.exit(any(name.split('.')[0] in {'django', 'psycopg'} for name in sys.modules))"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}

    done = subprocess.run(
        [sys.executable, "-c", program, str(folder / "agreement.yaml")], env=environment, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, "2 of 2 tests pass, live and in batch\n"), done.stderr


def test_a_result_passes_only_if_both_evaluators_agree() -> None:
    passed = case_results.Result(None, (), ())  # type: ignore[arg-type]

    assert passed.passed
    assert case_results.Result(None, (), None).passed  # type: ignore[arg-type]
