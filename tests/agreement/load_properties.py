"""Whatever people write, loading it ends with issues and never with an exception."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accord.agreement import clauses, load
from accord.agreement.load import Loaded
from accord.errors import Level

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
PLACES = [match.span() for match in re.finditer(r"[\w.]+(?=[:,}\]])|(?<=[:\[] )[^{}\[\],\n]+|\"[^\"]*\"", SMALL)]
YAML_CHARACTERS = st.text(st.sampled_from(list("abc:-{}[],&*!|>'\"%@`#?\n \t0129~\\")), max_size=60)


def check_loaded(loaded: Loaded) -> None:
    """Check what holds of everything that was ever loaded."""
    failed = any(issue.level is Level.ERROR for issue in loaded.issues)
    assert (loaded.agreement is None) == failed
    for issue in loaded.issues:
        assert re.fullmatch(r"a\.yaml:[1-9][0-9]*", issue.at or "")
        assert issue.code.startswith("agreement.")
        assert issue.message
        assert "pydantic" not in str(issue)
    if loaded.agreement is not None:
        assert all(clause.sentence for clause in clauses(loaded.agreement))


@given(st.text())
@example("a: &a [*a]")
@example("? ? ?")
@example("%YAML 9.9\n---\na: b")
@example('"\\U00110000": x')
def test_any_text_loads_or_has_issues(text: str) -> None:
    check_loaded(load(text, "a.yaml"))


@given(YAML_CHARACTERS)
def test_any_text_that_resembles_yaml_loads_or_has_issues(text: str) -> None:
    check_loaded(load(text, "a.yaml"))


@given(st.sampled_from(PLACES), st.one_of(st.text(max_size=20), YAML_CHARACTERS))
def test_any_text_in_any_place_loads_or_has_issues(place: tuple[int, int], text: str) -> None:
    check_loaded(load(SMALL[: place[0]] + text + SMALL[place[1] :], "a.yaml"))


@given(
    st.sampled_from(PLACES),
    st.sampled_from(["", "{}", "[]", "[[]]", "{a: {}}", "true", "-1", "1.5", "2026-01-01", "~", '""', "[~]", "{x: ~}"]),
)
def test_any_kind_of_value_in_any_place_loads_or_has_issues(place: tuple[int, int], text: str) -> None:
    check_loaded(load(SMALL[: place[0]] + text + SMALL[place[1] :], "a.yaml"))


@given(st.data())
def test_any_line_may_be_missing_or_doubled(data: st.DataObject) -> None:
    lines = SMALL.splitlines(keepends=True)
    number = data.draw(st.integers(0, len(lines) - 1))
    times = data.draw(st.sampled_from([0, 2]))

    check_loaded(load("".join([*lines[:number], *lines[number : number + 1] * times, *lines[number + 1 :]]), "a.yaml"))


def naughty_strings(shared_data: Callable[[str], Path]) -> list[str]:
    naughty = json.loads(shared_data("robustness/blns/blns.json").read_text(encoding="utf-8"))
    assert len(naughty) > 400
    return list(dict.fromkeys(naughty))


@pytest.mark.shared_data
def test_naughty_strings_anywhere_in_a_document_load_or_have_issues(shared_data: Callable[[str], Path]) -> None:
    for text in naughty_strings(shared_data):
        quoted = json.dumps(text)
        check_loaded(load(text, "a.yaml"))
        check_loaded(load(f"{quoted}: x\ncompany: {text}\n", "a.yaml"))
        parts = [
            f"company: {quoted}\ntimezone: {quoted}\ncurrency: {quoted}\n",
            f"roles: {{{quoted}: {{does: [{quoted}]}}}}\n",
            f"stages: {{{quoted}: {{when: {quoted}}}}}\n",
            f"handoff: {{at: {quoted}, decide_within: {quoted}}}\n",
            f"sla: {{calendars: {{a: {{hours: {{{quoted}: [{quoted}]}}, holidays: {quoted}}}}}, sales: {quoted}}}\n",
        ]
        check_loaded(load("".join(parts), "a.yaml"))


@pytest.mark.shared_data
def test_naughty_strings_as_names_and_values_of_northwind_load_or_have_issues(
    shared_data: Callable[[str], Path], northwind: str
) -> None:
    naughty = [json.dumps(text) for text in naughty_strings(shared_data)]
    values = "".join(
        f"  naughty_{number}: {{says: {text}, any: [{{field: lead.source, contains: {text}}}, {text}]}}\n"
        for number, text in enumerate(naughty)
    )
    short = [text for text in naughty if len(text) < 1000]  # YAML allows no longer keys
    keys = "".join(f"  {text}: {{says: Naughty, field: lead.source, is: {text}}}\n" for text in short)

    for extra in (values, keys):
        loaded = load(northwind.replace("criteria:\n", f"criteria:\n{extra}"), "a.yaml")
        check_loaded(loaded)
        assert len(loaded.issues) > 400
