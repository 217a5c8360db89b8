"""What may be loaded where, proved in processes of their own."""

import subprocess
import sys
from graphlib import TopologicalSorter

import grimp
import pytest

PURE = [
    "accord.errors",
    "accord.rules",
    "accord.rules.compile",
    "accord.traffic",
    "accord.scoring",
    "accord.clock",
    "accord.routing",
    "accord.attribution",
    "accord.agreement",
    "accord.insight",
]
HEAVY = ["duckdb", "pyarrow", "numpy", "pandas", "sklearn", "leadforge", "deltalake", "pyspark"]


def loaded(statement: str) -> set[str]:
    """The top-level packages that a fresh process has loaded after the statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", PURE)
def test_the_middle_is_imported_without_django_database_or_network(package: str) -> None:
    assert not loaded(f"import {package}") & {"django", "procrastinate", "psycopg", "uvicorn", "click", "rich"}


def test_the_middle_does_its_work_where_django_is_not_configured() -> None:
    work = """
import pathlib
from datetime import datetime, timezone
from accord.agreement import read, clauses
from accord.rules import Facts
from accord.scoring import score
loaded = read(pathlib.Path("examples/northwind/agreement.yaml"))
rules = {name: criterion.rule for name, criterion in loaded.agreement.criteria.items()}
card = score(loaded.agreement.score, Facts({"company.employees": 200, "company.country": "DE"}),
             datetime(2026, 3, 2, tzinfo=timezone.utc), rules)
assert card.fit == 3000 and len(clauses(loaded.agreement)) > 20
"""
    assert "django" not in loaded(work)


def test_the_meaning_of_rules_is_loaded_without_their_compilation() -> None:
    assert "sqlglot" not in loaded("import accord.agreement, accord.scoring, accord.clock, accord.routing")


def test_serving_pages_loads_nothing_heavy() -> None:
    serve = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "accord.server.settings"
import accord.server.asgi
from django.urls import get_resolver
get_resolver().url_patterns
"""
    assert not loaded(serve) & set(HEAVY)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("accord", cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imported) > 200
    assert list(TopologicalSorter(imported).static_order())  # a circle raises, and names its modules
