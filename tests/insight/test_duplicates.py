"""Pairs of records that may be one person's, on the public FEBRL sets, and where there is too little to learn from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.febrl import precision_and_recall, read

from accord.insight.duplicates import CERTAIN, PROBABLE, Likeness, Record, find


@pytest.mark.shared_data
@pytest.mark.slow
def test_on_febrl_1_nobody_is_merged_wrongly_and_hardly_anybody_is_missed(shared_data: Callable[[str], Path]) -> None:
    records, about = read(shared_data("dedupe_febrl/dataset1.csv"))
    pairs = find(records, PROBABLE)
    precision, recall = precision_and_recall(pairs, about, CERTAIN)
    assert precision >= 0.999
    assert recall >= 0.99
    precision, recall = precision_and_recall(pairs, about, PROBABLE)
    assert precision >= 0.99
    assert recall >= 0.995
    best = pairs[0]
    said = {each.field: each for each in best.evidence}
    one, other = records[best.first], records[best.second]
    assert said["family"].values == (one.family, other.family)
    assert said["date_of_birth"].likeness is Likeness.SAME
    assert said["date_of_birth"].weight > 5
    assert best.first < best.second


def test_too_few_records_and_fields_that_all_share_teach_nothing() -> None:
    twice = [Record(place, "ada", "lovelace") for place in range(20)]
    assert find(twice, 0.5) == []
    strangers = [Record(place, f"given{place}", f"family{place}") for place in range(300)]
    assert find(strangers, 0.5) == []
