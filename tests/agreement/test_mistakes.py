"""Sixty deliberate mistakes in one agreement, and those that hide all others in files of their own."""

import json
import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from accord.cli import main

MISTAKES = Path(__file__).parent / "mistakes"
REMARK = re.compile(r"#\s+(\d+)([!?]) (.*)$")
LEVELS = {"!": "error", "?": "warning"}


def announced() -> dict[int, tuple[str, str, str]]:
    """By line: the number of its mistake, its level, and a part of what must be said of it."""
    lines = (MISTAKES / "sixty.yaml").read_text(encoding="utf-8").splitlines()
    found = {line: REMARK.search(text) for line, text in enumerate(lines, start=1) if not text.startswith("#")}
    return {line: (remark[1], LEVELS[remark[2]], remark[3]) for line, remark in found.items() if remark}


def check(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def test_there_are_sixty() -> None:
    assert [number for number, _, _ in announced().values()] == [str(number) for number in range(1, 61)]


def test_each_of_sixty_mistakes_is_one_clear_issue_on_its_line() -> None:
    file = str(MISTAKES / "sixty.yaml")
    code, output = check(file, "--json")
    issues = json.loads(output)

    assert code == 1
    assert [(issue["line"], issue["level"]) for issue in issues] == [
        (line, level) for line, (_, level, _) in announced().items()
    ]
    for issue, (number, _, part) in zip(issues, announced().values(), strict=True):
        assert part in f"{issue['message']}; {issue['hint']}", number
        assert issue["file"] == file


def test_nearly_every_mistake_has_a_hint() -> None:
    _, output = check(str(MISTAKES / "sixty.yaml"), "--json")

    without = [issue["message"] for issue in json.loads(output) if not issue["hint"]]

    assert without == [
        "'signs' must be true or false, but is 'yes'",  # says itself what is valid
        "'9999 days' is longer than ten years",
    ]


def test_sixty_mistakes_are_found_in_less_than_a_second() -> None:
    """Measured in time of the processor, since other tests run beside this one."""
    started = time.process_time()
    check(str(MISTAKES / "sixty.yaml"))

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("tab", 4, "a line is indented with a tab, which YAML does not allow; indent it with spaces"),
        ("alias_bomb", 5, "the document has more than 20,000 values"),
        ("merge_key", 7, "'<<' merges nothing here: what holds must stand here; write out the keys that are meant"),
        (
            "open_quote",
            3,
            "the text in quotes that begins here ends only on line 37, and what follows it makes no sense; "
            "close the quote where the text ends",
        ),
        ("two_documents", 42, "a file holds one agreement only; remove what follows '---'"),
    ],
)
def test_a_mistake_that_hides_all_others_is_said_on_its_line(file: str, line: int, says: str) -> None:
    path = str(MISTAKES / f"{file}.yaml")
    code, output = check(path)

    assert code == 1
    assert output.splitlines() == [f"{path}:{line}: error: {says}", "1 file checked: 1 error"]


def test_a_tag_runs_nothing_and_is_refused() -> None:
    code, output = check(str(MISTAKES / "tag.yaml"))

    assert code == 1
    assert "tag.yaml:2: error: the tag 'tag:yaml.org,2002:python/object/apply:os.system' has no meaning here" in output


def test_a_long_text_in_quotes_is_not_blamed_for_a_later_fault(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text('accord: 1\ncompany: "Northwind\n  Instruments"\ntimezone: UTC\n  currency: [\n', encoding="utf-8")

    _, output = check(str(path))

    assert output.startswith(f"{path}:5: error: this is not valid YAML")
