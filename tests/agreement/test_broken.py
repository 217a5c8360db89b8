"""What is wrong is said on its line, in plain words; each case of ``broken/*.yaml`` changes one place of small.yaml."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from accord.agreement import load
from accord.errors import Level

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['new']!r:.60}")
    for file in sorted((Path(__file__).parent / "broken").glob("*.yaml"))
    for case in YAML(typ="safe", pure=True).load(file)
]


def in_full(case: dict[str, Any]) -> list[str]:
    return [f"{row['what']}: {row['says']}; {row.get('hint', '-')}" for row in case["issues"]]


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_reported_on_its_line_with_its_remedy(case: dict[str, Any], small: str) -> None:
    assert case["old"] in small
    text = small.replace(case["old"], case["new"], -1 if case.get("everywhere") else 1)

    loaded = load(text, "agreement.yaml")

    found = []
    for issue in loaded.issues:
        file, _, line = (issue.at or "").rpartition(":")
        assert file == "agreement.yaml"
        code = issue.code.removeprefix("agreement.")
        found.append(f"{issue.level} {code} on line {line}: {issue.message}; {issue.hint or '-'}")
    assert found == in_full(case)
    assert (loaded.agreement is None) == any(issue.level is Level.ERROR for issue in loaded.issues)


def test_the_document_that_the_cases_change_has_no_issue(small: str) -> None:
    loaded = load(small, "small.yaml")

    assert loaded.issues == ()
    assert loaded.agreement is not None
