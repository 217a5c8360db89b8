"""Opens a version of the warehouse on the engine that a URL names; each is imported when it is asked for."""

import importlib
from pathlib import Path
from typing import cast

from accord.insight.engines import Opened
from accord.insight.errors import InsightError
from accord.insight.warehouse import Version

DUCKDB = "duckdb:"
"""The engine that is there wherever Accord is."""
KNOWN = f"say {DUCKDB}, spark:local[2], spark://host:7077 or postgresql://user@host/database"
_CLASSES = {
    "duckdb": ("duck_files", "DuckFiles"),
    "spark": ("spark_files", "SparkFiles"),
    "postgresql": ("postgres_copy", "PostgresCopy"),
    "postgres": ("postgres_copy", "PostgresCopy"),
}

_PACKAGES = {"duckdb": "duckdb", "spark": "pyspark", "postgresql": "psycopg", "postgres": "psycopg"}


def open_version(url: str, folder: Path, version: Version) -> Opened:
    """Return a version of the warehouse, opened on an engine.

    Args:
        url: ``duckdb:``, in this process. ``spark:`` with a master, such as ``spark:local-cluster[2,1,1024]`` or
            ``spark:yarn``; a master's own address ``spark://host:7077`` is one, too. ``postgresql://…``: a database
            into which the version is copied first, as far as it is not there.
        folder: That of the warehouse; Spark's workers must see it under the same path.
        version: Which version.

    Raises:
        InsightError: ``insight.unknown_engine``, ``insight.no_driver``, ``insight.unreachable``, or
            ``insight.files_gone``.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in _CLASSES or (scheme == "duckdb" and rest):
        raise InsightError("insight.unknown_engine", f"'{scheme}{colon}' names no engine", hint=KNOWN)
    module, name = _CLASSES[scheme]
    try:
        opens = getattr(importlib.import_module(f"accord.insight.engines.{module}"), name)
    except ModuleNotFoundError as error:
        raise InsightError(
            "insight.no_driver",
            f"the engine {scheme} needs a package that is not installed ({error.name})",
            hint=f"pip install {_PACKAGES[scheme]}",
        ) from error
    match scheme:
        case "duckdb":
            return cast("Opened", opens(folder, version))
        case "spark":
            return cast("Opened", opens(folder, version, url if rest.startswith("//") else rest or "local[*]"))
    return cast("Opened", opens(folder, version, url))
