"""``accord diff``: two agreements compared in a terminal."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.server.conftest import AGREEMENT, MONDAY, Cast, cast, revision  # noqa: F401  # fixtures

from accord.cli import main
from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose

TEXT = AGREEMENT.read_text(encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path / "old.yaml"


def changed(old: Path, *edits: tuple[str, str]) -> Path:
    text = TEXT
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    new = old.with_name("new.yaml")
    new.write_text(text, encoding="utf-8")
    return new


def test_two_files_are_compared_in_sentences_of_eighty_columns(old: Path) -> None:
    done = run(old, changed(old, ("at_least: 50\n", "at_least: 60\n"), ("label: Bad timing", "label: Not now")))
    assert done.exit_code == 1
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stdout == (
        "\nWhat counts as a good lead\n"
        "  criteria.right_company · changed\n"
        "    - “Right company” (50 or more staff) means that company employees is at\n"
        "      least 50.\n"
        "    + “Right company” (50 or more staff) means that company employees is at\n"
        "      least 60.\n"
        "      used by score.fit[0], stages.mql\n"
        "\nHand-off\n"
        "  handoff.reject_reasons.not_now · changed · wording only\n"
        "    - Sales may reject a lead because of “Bad timing”: marketing then looks\n"
        "      after it, and it comes back after 90 days, or earlier when it meets “wants\n"
        "      to talk”.\n"
        "    + Sales may reject a lead because of “Not now”: marketing then looks after\n"
        "      it, and it comes back after 90 days, or earlier when it meets “wants to\n"
        "      talk”.\n"
        "\n2 clauses differ: changes outcomes\n"
    )


def test_what_differs_is_underlined_where_the_terminal_can(old: Path) -> None:
    new = changed(old, ("at_least: 50\n", "at_least: 60\n"))
    shown = CliRunner().invoke(main, ["diff", str(old), str(new)], color=True).stdout
    underlined = re.findall(r"\x1b\[3[12]m\x1b\[4m(.)", shown)
    assert underlined == ["5", "0", "6", "0"]


def test_files_that_mean_the_same_end_with_nothing(old: Path) -> None:
    done = run(old, changed(old, ("accord: 1", "# ours\naccord: 1")))
    assert (done.exit_code, done.stdout) == (0, "they mean the same\n")


def test_machines_get_a_tree(old: Path) -> None:
    done = run(old, changed(old, ("deliver: 20", "deliver: 25")), "--json")
    tree = json.loads(done.stdout)
    assert tree["meaning"] == "outcomes"
    (change,) = tree["changes"]
    assert (change["kind"], change["before"]["path"], change["after"]["path"]) == (
        "changed", "sla.marketing[0]", "sla.marketing[0]",
    )  # fmt: skip
    assert "20 marketing-qualified leads" in change["before"]["sentence"]


def test_what_cannot_be_read_ends_with_two(old: Path) -> None:
    missing = run(old, old.with_name("none.yaml"))
    assert missing.exit_code == 2
    assert "none.yaml: cannot be read" in missing.stderr
    broken = run(old, changed(old, ("fast_lane: wants", "fast_lane: want")))
    assert broken.exit_code == 2
    assert "want_to_talk" in broken.stdout


def test_revisions_are_named_by_number_or_as_what_is_in_force(
    old: Path,
    revision: Revision,  # noqa: F811
    cast: Cast,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("accord.cli.diff.start_database", lambda: None)
    propose(TEXT.replace("deliver: 20", "deliver: 25"), "b.yaml", reason="more", by=cast.olga, at=MONDAY)
    assert run("in-force", 1).exit_code == 0
    assert "sla.marketing[0] · changed" in run("in-force", "2").stdout
    assert run(2, old).exit_code == 1
    unknown = run("in-force", 9)
    assert (unknown.exit_code, "there is no revision 9" in unknown.stderr) == (1, True)
