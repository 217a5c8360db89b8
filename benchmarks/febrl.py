"""The FEBRL sets: people made up by a program, some of them twice with mistakes, and who is whom."""

import csv
from pathlib import Path

from accord.insight.duplicates import Pair, Record

FIELDS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id")


def read(path: Path) -> tuple[list[Record], list[str]]:
    """The records, and of each whom it is about."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {name: value or "" for name, value in row.items()} for row in csv.DictReader(file, skipinitialspace=True)
        ]
    records = [
        Record(place, row["given_name"], row["surname"], others={name: row[name] for name in FIELDS})
        for place, row in enumerate(rows)
    ]
    return records, [row["rec_id"].split("-")[1] for row in rows]


def precision_and_recall(pairs: list[Pair], about: list[str], least: float) -> tuple[float, float]:
    """Of the pairs from a probability on, how many are one person's; of one person's pairs, how many are among them."""
    chosen = [pair for pair in pairs if pair.probability >= least]
    right = sum(about[pair.first] == about[pair.second] for pair in chosen)
    times = [about.count(each) for each in set(about)]
    return right / len(chosen), right / sum(count * (count - 1) // 2 for count in times)
