"""What the engines of the warehouse have in common: the files of a version, and what is said when something fails."""

from pathlib import Path

from sqlglot import exp

from accord.insight.errors import InsightError
from accord.insight.star import Table
from accord.insight.warehouse import Version


def paths(folder: Path, version: Version, table: Table) -> list[str]:
    """Return the files of a table in the order of its ids; one without rows has none."""
    held = version.tables[table.name].files
    return [str(folder / table.name / held[bucket].name) for bucket in sorted(held)]


def nothing(table: Table) -> exp.Select:
    """Return the query that answers with the columns of a table and no row."""
    columns = (
        exp.alias_(exp.cast(exp.Null(), column.type.value), column.name, quoted=True) for column in table.columns
    )
    return exp.select(*columns).where(exp.false())


def files_gone(version: Version) -> InsightError:
    """Return the error for a version that cannot be read any more."""
    return InsightError(
        "insight.files_gone",
        f"version {version.number} of the warehouse cannot be read any more",
        hint="ask the version that counts now",
    )


def not_answered(engine: str, error: Exception) -> InsightError:
    """Return the error for a question that an engine refuses, with the first line of what it says."""
    said = str(error).strip().partition("\n")[0]
    return InsightError("insight.not_answered", f"{engine} does not answer this: {said}")


def unreachable(engine: str, error: Exception) -> InsightError:
    """Return the error for an engine that cannot be had, with the last line of what is said about it."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
    return InsightError("insight.unreachable", f"{engine} does not answer ({said})", hint="check the engine's URL")
