"""Lines of a sound agreement changed at random: always issues with a line, never an exception; what loads, reads."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.agreement.editor import refusals

from accord.agreement import clauses, load, not_in_force
from accord.agreement.source import read_source
from accord.cli.check import check
from accord.errors import Level

HERE = Path(__file__).parent
LINES = (HERE / "full.yaml").read_text(encoding="utf-8").splitlines()
WORDS = sorted({word for line in LINES for word in re.findall(r"[\w./%-]+", line)})
ODD = [
    "",
    "~",
    "null",
    "{}",
    "[]",
    "NO",
    "on",
    "1e3",
    "0o17",
    "-1",
    "0",
    "2026-02-30",
    "''",
    "*a",
    "&a",
    "!!str",
    "<<",
    "\t",
]


@st.composite
def changed_lines(draw: st.DrawFn) -> str:
    """The agreement with one to four of its lines changed, each in one of the ways in which people slip."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match draw(st.sampled_from(["drop", "double", "move", "indent", "word", "odd", "cut", "value"])):
            case "drop":
                lines[place] = ""
            case "double":
                lines.insert(place, line)
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
            case "indent":
                lines[place] = draw(st.sampled_from([" ", "  ", "\t"])) + line
            case "word":
                lines[place] = exchanged(draw, line, draw(st.sampled_from(WORDS)))
            case "odd":
                lines[place] = exchanged(draw, line, draw(st.sampled_from(ODD)))
            case "cut":
                lines[place] = line[: draw(st.integers(0, len(line)))]
            case "value":
                lines[place] = line.partition(":")[0] + ": " + draw(st.sampled_from([*ODD, *WORDS]))
    return "\n".join(lines) + "\n"


def exchanged(draw: st.DrawFn, line: str, new: str) -> str:
    """A line with one of its words exchanged."""
    words = list(re.finditer(r"[\w./%-]+", line))
    if not words:
        return line
    word = draw(st.sampled_from(words))
    return line[: word.start()] + new + line[word.end() :]


@given(changed_lines())
def test_a_changed_agreement_loads_and_reads_or_has_issues_with_lines(text: str) -> None:
    loaded = load(text, "a.yaml")

    assert (loaded.agreement is None) == any(issue.level is Level.ERROR for issue in loaded.issues)
    last = text.count("\n") + 1
    for issue in loaded.issues:
        file, _, line = (issue.at or "").rpartition(":")
        assert file == "a.yaml"
        assert 1 <= int(line) <= last
        assert issue.message
    if loaded.agreement is not None:
        said = clauses(loaded.agreement)
        assert all(clause.sentence and 1 <= clause.line <= last for clause in said)
        assert {clause.path for clause in not_in_force(loaded.agreement)} <= {clause.path for clause in said}


@given(changed_lines())
def test_the_schema_refuses_nothing_that_loads(text: str) -> None:
    if load(text, "a.yaml").agreement is not None and not read_source(text, "a.yaml").issues:
        assert refusals(text) == []


@given(changed_lines())
def test_the_command_ends_with_a_sentence_and_never_with_a_traceback(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ours.yaml"
        file.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(check, [str(file)], catch_exceptions=False)

    assert result.exit_code in (0, 1)
    assert "Traceback" not in result.output
    assert result.output.splitlines()[-1].startswith("1 file checked: ")
