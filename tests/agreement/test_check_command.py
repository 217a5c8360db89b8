import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accord.cli.check import check

OWNERS = "the owner's value wins where people fill it in, but an import overwrites whatever stands there"


def run(*arguments: object, colour: bool = False) -> Result:
    return CliRunner().invoke(check, [str(argument) for argument in arguments], color=colour)


@pytest.fixture
def good(tmp_path: Path, small: str) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(small, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path, small: str) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(small.replace("EUR", "EURO").replace("    B: {}\n", ""), encoding="utf-8")
    return path


def test_a_good_agreement_passes(good: Path) -> None:
    result = run(good)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "These are carried out only in part:",
        f"{good}:8: 'fields': {OWNERS}",
        "1 file checked: nothing to complain about",
    ]


def test_clauses_that_nothing_carries_out_yet_are_listed_with_their_lines(good: Path) -> None:
    more = "nurture:\n  - {for: right_company, by: marketing}\ngoals:\n  - {by: sales, deals: 1, per: week}\n"
    more += "  - {by: marketing, leads: 9, stage: mql, per: week}\n"
    good.write_text(good.read_text(encoding="utf-8") + more, encoding="utf-8")

    result = run(good)

    assert result.exit_code == 0
    assert result.output.splitlines()[:4] == [
        "These clauses are checked and signed, but not yet carried out:",
        f"{good}:43: When a lead does not meet “right company”, marketing works on it.",
        f"{good}:45: Sales wants to win 1 deal per week.",
        f"{good}:46: Marketing wants 9 marketing-qualified leads (MQL) per week.",
    ]
    rows = json.loads(run(good, "--json").output)
    assert [(row["code"], row["line"], row["level"]) for row in rows] == [
        *[("agreement.not_in_force", line, "note") for line in (43, 45, 46)],
        ("agreement.in_force_in_part", 8, "note"),
    ]


def test_each_issue_stands_on_a_line_and_an_error_fails(bad: Path, good: Path) -> None:
    result = run(good, bad)

    assert result.exit_code == 1
    assert result.output.splitlines()[-3:] == [
        f"{bad}:4: error: unknown currency 'EURO'; write its three-letter code, such as EUR, GBP or USD",
        f"{bad}:24: warning: leads with few points get no grade at all; add a last grade without bounds: 'D: {{}}'",
        "2 files checked: 1 error, 1 warning",
    ]


def test_a_warning_alone_does_not_fail(bad: Path) -> None:
    bad.write_text(bad.read_text(encoding="utf-8").replace("EURO", "EUR"), encoding="utf-8")

    result = run(bad)

    assert result.exit_code == 0
    assert result.output.endswith("1 file checked: 1 warning\n")


def test_a_terminal_gets_colours(bad: Path) -> None:
    assert "\x1b[31m" in run(bad, colour=True).output


def test_machines_get_a_list(bad: Path) -> None:
    result = run(bad, "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)[0] == {
        "level": "error",
        "code": "agreement.unknown_currency",
        "message": "unknown currency 'EURO'",
        "hint": "write its three-letter code, such as EUR, GBP or USD",
        "file": str(bad),
        "line": 4,
    }


def test_an_unreadable_file_is_named_and_the_others_are_still_checked(tmp_path: Path, bad: Path) -> None:
    result = run(tmp_path / "absent.yaml", bad)

    assert result.exit_code == 2
    assert f"{tmp_path / 'absent.yaml'}: cannot be read: No such file or directory" in result.stderr
    assert "unknown currency 'EURO'" in result.output


def test_checking_imports_no_django(good: Path) -> None:
    program = (
        "import sys; from accord.cli.check import check; check([sys.argv[1]], standalone_mode=False);"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program, str(good)]).returncode == 0
