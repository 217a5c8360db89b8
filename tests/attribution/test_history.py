"""Journeys that never convert, however they are kept: as keys or as columns, in one part or in many."""

import numpy as np
import pyarrow as pa
import pytest
from tests.attribution.rows import INSTANT, conversions

from accord.attribution import Attribution, AttributionError, Columns, Markov, Shapley, attribute, history, past, source
from accord.attribution.crediting import credited

MODELS = ["linear", "markov_1", "markov_3", "shapley"]


def random_touches(unit: int) -> pa.Table:
    """300 touches of 60 journeys, whose first rows have few of the labels, and those not in order."""
    random = np.random.default_rng(2)
    start = 1_767_225_600_000_000  # 2026-01-01
    labels = np.array(["M", "C", "X", "A", "Q", "B"])[np.minimum(random.integers(0, 6, 300), np.arange(300) // 20)]
    at = start + random.integers(0, 40, 300) * unit
    journey = random.integers(0, 60, 300)
    return pa.table({"journey": journey, "at": pa.array(at, INSTANT), "channel": labels.tolist()})


WON = conversions(*((journey, 0.5, 1_000 + journey) for journey in range(0, 60, 7)))


def effects(found: Attribution) -> list[list[float]]:
    return [credit.value.tolist() for credit in found.credits]


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_small_parts_and_blocks_come_to_the_same(unit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_touches(unit)
    expected = attribute(table, WON, MODELS)
    monkeypatch.setattr(history, "_TOUCHES_AT_ONCE", 7)
    monkeypatch.setattr(history, "_OUT_OF_SO_MANY", 3)
    monkeypatch.setattr(past, "CONVERSIONS_AT_ONCE", 2)
    monkeypatch.setattr(source, "_ROWS_OF_A_PART", 11)
    found = attribute(table, WON, MODELS)
    assert found.table().select(["touch", "cents"]).equals(expected.table().select(["touch", "cents"]))
    assert found["markov_3"].removal_effects.tolist() == expected["markov_3"].removal_effects.tolist()


@pytest.mark.parametrize("kind", ["keys of seconds", "columns", "texts", "numbers far apart"])
def test_keys_and_columns_come_to_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, won = random_touches(1_000_000), WON
    expected = effects(attribute(table, won, MODELS))
    match kind:
        case "keys of seconds":  # 60 journeys take 6 bits, 40 seconds 6 bits and 6 labels 3; a microsecond has no room
            monkeypatch.setattr("accord.attribution.journeys._BITS", 15)
        case "columns":
            monkeypatch.setattr("accord.attribution.journeys._BITS", 14)
        case "texts":
            table, won = (_renamed(some, [f"journey {number:02}" for number in range(60)]) for some in (table, won))
        case "numbers far apart":
            table, won = (
                _renamed(some, [number * (1 << 57) - (1 << 62) for number in range(60)]) for some in (table, won)
            )
    monkeypatch.setattr(history, "_TOUCHES_AT_ONCE", 7)
    monkeypatch.setattr(history, "_OUT_OF_SO_MANY", 3)
    assert effects(attribute(table, won, MODELS)) == expected


def _renamed(table: pa.Table, names: list[object]) -> pa.Table:
    return table.set_column(0, "journey", pa.array(names).take(table["journey"]))


@pytest.mark.parametrize("bits", [62, 14])
def test_coarser_labels_come_to_the_same_as_if_they_had_been_read(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.attribution.journeys._BITS", bits)
    fine = random_touches(1_000_000)
    coarse = fine.set_column(
        2, "channel", pa.array([{"A": "A", "B": "A"}.get(name, "N") for name in fine[2].to_pylist()])
    )
    models = (Markov(2), Shapley())

    def read(table: pa.Table) -> past.Past:
        return past.read_past(table, WON, models, None, Columns())

    renamed = read(fine).under(lambda label: "A" if str(label) < "C" else "N")
    assert credited(renamed, models).table().equals(credited(read(coarse), models).table())


def test_coarser_labels_in_another_order_are_refused() -> None:
    read = past.read_past(random_touches(1), WON, (Shapley(),), None, Columns())
    with pytest.raises(AttributionError, match="order"):
        read.under(lambda label: "Z" if label == "A" else "Y")
