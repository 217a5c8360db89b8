"""The tutorial "Write your first agreement", followed to the letter: each block is written or run as it stands."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from accord.cli import main
from accord.server.agreements.models import Revision

PAGE = Path(__file__).parent.parent.parent / "docs" / "tutorial" / "first-agreement.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = "agreement.yaml"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader sits: an empty folder, with the file that the tutorial asks for."""
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).touch()
    return tmp_path


def edit(file: Path, difference: str) -> None:
    old, new = (line[1:] for line in difference.splitlines())
    text = file.read_text(encoding="utf-8")
    assert text.count(old + "\n") == 1
    file.write_text(text.replace(old + "\n", new + "\n"), encoding="utf-8")


def run(command: str) -> str:
    spoken, _, typed = command.rpartition(" | ")
    answer = f"{shlex.split(spoken)[1]}\n" if spoken else None
    name, *arguments = shlex.split(typed)
    assert name == "accord"
    return CliRunner().invoke(main, arguments, input=answer).output


@pytest.mark.django_db
def test_every_step_of_the_tutorial_says_what_the_tutorial_shows(desk: Path) -> None:
    seen = []
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        seen.append(kind)
        match kind:
            case "yaml":
                with (desk / FILE).open("a", encoding="utf-8") as file:
                    file.write(text)
            case "diff":
                edit(desk / FILE, text)
            case "console":
                for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                    command, _, expected = step.partition("\n")
                    assert run(command) == expected, command

    assert set(seen) == {"yaml", "diff", "console"}
    assert Revision.objects.get().status == Revision.Status.IN_FORCE
