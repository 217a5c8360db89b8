"""Rules that are short to write and endless to carry out: a few lines must not keep a process busy for a year."""

import pytest

from accord.agreement import load
from accord.agreement.checks.size import DEEPEST, MOST_PARTS
from accord.errors import Level


def with_criteria(small: str, criteria: dict[str, str]) -> str:
    lines = "".join(f"  {name}: {{says: {name}, {rule}}}\n" for name, rule in criteria.items())
    return small.replace("criteria:\n", f"criteria:\n{lines}", 1)


def chain(steps: int, times: int = 1) -> dict[str, str]:
    """Criteria of which each names the next one so many times."""
    named = {f"c{step}": f"all: [{', '.join([f'c{step + 1}'] * times)}]" for step in range(steps)}
    return {**named, f"c{steps}": "field: company.employees, at_least: 5"}


def errors(text: str) -> list[tuple[str, str]]:
    return [(issue.code, issue.at or "") for issue in load(text, "a.yaml").issues if issue.level is Level.ERROR]


def test_criteria_that_double_at_every_step_are_refused_at_once(small: str) -> None:
    found = errors(with_criteria(small, chain(60, times=2)))
    assert [code for code, _ in found] == ["agreement.rule_too_large"]


@pytest.mark.parametrize("steps", [200, 2500])
def test_a_long_chain_of_criteria_is_refused_where_it_becomes_too_long(small: str, steps: int) -> None:
    [(code, at)] = errors(with_criteria(small, chain(steps)))
    assert code == "agreement.rule_too_large"
    assert at == f"a.yaml:{14 + steps - DEEPEST // 2}"


def test_criteria_that_all_refer_to_each_other_are_refused_at_once(small: str) -> None:
    names = [f"c{number}" for number in range(14)]
    everybody = {name: f"all: [{', '.join(other for other in names if other != name)}]" for name in names}
    found = errors(with_criteria(small, everybody))
    assert {code for code, _ in found} == {"agreement.circle"}


def test_a_rule_outside_the_criteria_counts_what_it_names(small: str) -> None:
    large = with_criteria(small, {"large": f"all: [{', '.join(['right_company'] * (MOST_PARTS - 1))}]"})
    assert errors(large) == []
    assert errors(large.replace("mql: {when: right_company}", "mql: {when: {all: [large, large]}}")) == [
        ("agreement.rule_too_large", f"a.yaml:{large[: large.index('mql:')].count(chr(10)) + 1}")
    ]


def test_a_chain_that_people_might_write_is_taken(small: str) -> None:
    assert errors(with_criteria(small, chain(DEEPEST // 2 - 1))) == []
