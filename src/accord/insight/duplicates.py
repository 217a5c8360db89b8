"""People who may stand twice: pairs of records with the probability that they are one, and what speaks for it.

The model is Fellegi and Sunter's ("A Theory for Record Linkage", 1969) as ``splink`` carries it out: for each field,
how much more often values are alike in records of one person than in those of two. How alike values of strangers are is
counted in the data; of one person's, it is learnt from the data where there is enough of it.

Heavy, and imported by jobs and commands alone.
"""

import logging
import math
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

CORE = ("given", "family", "email", "phone", "company")
IDENTIFYING = 0.3
"""From this share of different values on, a field tells people apart, and those who share a value are compared."""
MOST_ALIKE = 0.001
"""Prior: the share of pairs that are one person's where nothing is known; what is found moves it by far."""
PROBABLE = 0.5
"""From here on a pair is worth a look. On FEBRL 1 to 3 this finds 998 of 1,000 pairs, and none wrongly."""
CERTAIN = 0.9999
"""From here on nobody need look. On FEBRL 1 to 3 this finds 990 of 1,000 pairs and more, and none wrongly."""
ENOUGH = 200
"""Records, below which too few are alike to learn from."""
PAIRS = 30
"""Pairs that share a value of a field, below which it teaches nothing."""
_NEVER = 2.0**-20
"""In place of a share of nothing at all, whose logarithm there is not."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of one person, each as a text; empty if it is not known.

    Attributes:
        given: First names, lower case, without accents.
        family: The last name, likewise.
        email: The address as it is compared.
        phone: In E.164.
        company: The id of the company.
        others: Further fields by name, such as a birthday or a street.
    """

    id: int
    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


class Likeness(StrEnum):
    """How alike two values are."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says, where both records say something.

    Attributes:
        weight: In bits: 1 doubles the odds that they are one person's, -1 halves them.
    """

    field: str
    likeness: Likeness
    values: tuple[str, str]
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person's, the lower id first."""

    first: int
    second: int
    probability: float
    evidence: tuple[Evidence, ...]


def find(records: Sequence[Record], least: float) -> list[Pair]:
    """Return pairs from a probability on, the most probable first.

    There are none where there is too little to learn from: fewer than ``ENOUGH`` records, or no field by which
    ``PAIRS`` pairs are alike.
    """
    columns, labels = _columns(records)
    names = [name for name in labels if any(columns[name])]
    learnt_by = [
        name for name in names if name != "company" and _identifying(columns[name]) and _teaches(columns[name])
    ]
    if len(records) < ENOUGH or not learnt_by:
        return []
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what splink and those below it say of fields with few values
        linker = _linker(columns, names, len(records))
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for name in learnt_by[:4]:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(name))
        rows = linker.inference.predict(threshold_match_probability=least).as_record_dict()
    pairs = [_pair(row, {name: labels[name] for name in names}) for row in rows]
    return sorted(pairs, key=lambda each: (-each.probability, each.first, each.second))


def _columns(records: Sequence[Record]) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Return the columns of a table, and for each that is compared the field that it holds."""
    columns: dict[str, list[Any]] = {"unique_id": [record.id for record in records]}
    columns |= {name: [getattr(record, name) or None for record in records] for name in CORE}
    labels = {name: name for name in CORE}
    for place, name in enumerate(sorted({name for record in records for name in record.others})):
        labels[f"other_{place}_{_word(name)}"] = name
        columns[f"other_{place}_{_word(name)}"] = [record.others.get(name) or None for record in records]
    return columns, labels


def _teaches(values: Sequence[Any]) -> bool:
    """Return whether enough pairs share a value to learn from them."""
    counts = Counter(value for value in values if value)
    return sum(count * (count - 1) // 2 for count in counts.values()) >= PAIRS


def _word(name: str) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in name)


def _comparison(name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401  # splink's
    made: Any
    match name:
        case "given" | "family":
            made = cl.JaroWinklerAtThresholds(name, [0.92, 0.8])
        case "email":
            made = cl.EmailComparison(name)
        case "phone" | "company":
            made = cl.ExactMatch(name)
        case _ if _digits(values):
            made = cl.DamerauLevenshteinAtThresholds(name, [1, 2])
        case _:
            made = cl.JaroWinklerAtThresholds(name, [0.92, 0.8])
    return made if name == "email" else made.configure(term_frequency_adjustments=True)


def _digits(values: Sequence[Any]) -> bool:
    said = [value for value in values if value]
    return sum(str(value).isdigit() for value in said) > len(said) / 2


def _blocks(columns: Mapping[str, Sequence[Any]], names: Sequence[str]) -> list[Any]:
    """Return in what two records must be equal to be compared: what tells people apart, or two other things."""
    alone = [name for name in names if name != "company" and _identifying(columns[name])]
    rules = [block_on(name) for name in alone]
    if {"given", "family"} <= set(names):
        rules.append(block_on("given", "family"))
    rest = [name for name in names if name not in alone]
    beside = [name for name in ("family", "given") if name in rest]
    rules += [block_on(name, other) for name in beside for other in rest if other not in ("family", "given")]
    return rules


def _identifying(values: Sequence[Any]) -> bool:
    said = [value for value in values if value]
    return bool(said) and len(set(said)) / len(said) >= IDENTIFYING


def _linker(columns: Mapping[str, list[Any]], names: Sequence[str], count: int) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name, columns[name]) for name in names],
        blocking_rules_to_generate_predictions=_blocks(columns, names),
        probability_two_random_records_match=min(MOST_ALIKE, 1 / count),
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=True,
    )
    return Linker(pa.table(columns), settings, db_api=DuckDBAPI(), set_up_basic_logging=False)


def _pair(row: Mapping[str, Any], labels: Mapping[str, str]) -> Pair:
    sides = ("l", "r") if row["unique_id_l"] < row["unique_id_r"] else ("r", "l")
    evidence = []
    for name, label in labels.items():
        first, second = (row[f"{name}_{side}"] for side in sides)
        if first is None or second is None:
            continue
        likeness = Likeness.SAME if first == second else Likeness.ALIKE if row[f"gamma_{name}"] else Likeness.DIFFERENT
        weight = math.log2(row[f"bf_{name}"] * row.get(f"bf_tf_adj_{name}", 1.0) or _NEVER)
        evidence.append(Evidence(label, likeness, (first, second), round(weight, 2)))
    first_id, second_id = (row[f"unique_id_{side}"] for side in sides)
    return Pair(first_id, second_id, row["match_probability"], tuple(evidence))
