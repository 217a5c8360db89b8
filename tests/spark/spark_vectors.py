"""The committed vectors on Spark, each at its instant as a constant and as a column."""

import pytest
from tests.conformance.vectors import facts_of, instant_of, rule_of, vectors


@pytest.mark.parametrize("by", ["constant", "column"])
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["about"])
def test_spark_gives_the_written_answers(vector, by, spark_engine):
    held, failed = vector.get("holds", []), vector.get("fails", [])
    criteria = {name: rule_of(written) for name, written in vector.get("criteria", {}).items()}
    rules = [rule_of(written) for written in (*held, *failed)]
    at = instant_of(vector)

    (answers,) = spark_engine.answers(
        [(facts_of(vector["lead"]), at)], rules, criteria, at if by == "constant" else None
    )

    expected = [True] * len(held) + [False] * len(failed)
    rows = zip([*held, *failed], answers, expected, strict=True)
    assert [written for written, answer, right in rows if answer is not right] == []
