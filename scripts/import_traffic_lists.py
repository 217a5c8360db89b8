#!/usr/bin/env python
"""Rewrite the lists of sites that ship with ``accord.traffic``: ``scripts/import_traffic_lists.py FOLDER``.

FOLDER holds Matomo's lists (``matomo_SearchEngines.yml``, ``matomo_Socials.yml``, ``matomo_AIAssistants.yml``; CC0) and
Google's source categories as a table (``ga4_source_categories.csv``, from dbt-ga4). It is needed only to take in newer
lists; what ships is committed.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ruamel.yaml import YAML

DATA = Path(__file__).parent.parent / "src" / "accord" / "traffic" / "data"
MATOMO = "# Matomo's searchengine-and-social-list, https://github.com/matomo-org/searchengine-and-social-list, CC0 1.0"
GA4 = (
    "# Source categories of Google Analytics 4, https://support.google.com/analytics/answer/9756891,\n"
    "# as tabulated by dbt-ga4, https://github.com/Velir/dbt-ga4, MIT, (c) 2022 Adam Ribaudo"
)


def matomo(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield category, name and hosts of each site; ``{}`` in a host stands for a country."""
    yaml = YAML(typ="safe")
    for category, file in (("ai", "AIAssistants"), ("social", "Socials")):
        for name, hosts in yaml.load(folder / f"matomo_{file}.yml").items():
            yield category, unquote(name), " ".join(hosts)
    for name, engines in yaml.load(folder / "matomo_SearchEngines.yml").items():
        yield "search", name, " ".join(dict.fromkeys(url for engine in engines for url in engine.get("urls", ())))


def ga4(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield category and source."""
    with (folder / "ga4_source_categories.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["source_category"].removeprefix("SOURCE_CATEGORY_").lower(), row["source"]


def main() -> int:
    """Write both files."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: import_traffic_lists.py FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    for name, head, rows in (("matomo_sites.tsv", MATOMO, matomo(folder)), ("ga4_sources.tsv", GA4, ga4(folder))):
        lines = [head, *("\t".join(row) for row in rows)]
        (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
