"""Every code of a known error has its HTTP status and its exit code: nobody gets a wrong one by being forgotten."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import accord
from accord.cli.errors import EXIT_CODES, exit_code
from accord.errors import AccordError
from accord.server.errors import BY_CODE, BY_FAMILY, http_status

SOURCE = Path(accord.__file__).parent
CODE = re.compile(r"[a-z_]+\.[a-z_]+\Z")
NOT_RAISED = {"CellError", "PydanticCustomError"}
"""Findings that are gathered: of a row, of a document."""
ONLY_IN_A_TERMINAL = {"cli", "demo"}


def codes_in(path: Path) -> Iterator[str]:
    """The codes with which a module makes errors."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        makes_one = (name.endswith("Error") and name not in NOT_RAISED) or name == "__init__"
        if makes_one and isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.match(first.value):
            yield first.value


RAISED = sorted({(path, code) for path in SOURCE.rglob("*.py") for code in codes_in(path)})
ALL = sorted({code for _, code in RAISED})
ON_PAGES = sorted({code for path, code in RAISED if path.relative_to(SOURCE).parts[0] not in ONLY_IN_A_TERMINAL})


def test_codes_are_found_where_they_are_made() -> None:
    assert {"field.taken", "revision.has_errors", "calendar.never", "database.unreachable"} <= set(ALL)
    assert "database.unreachable" not in ON_PAGES
    assert len(ALL) > 100


@pytest.mark.parametrize("code", ON_PAGES)
def test_a_code_has_an_http_status(code: str) -> None:
    assert code in BY_CODE or code.split(".", maxsplit=1)[0] in BY_FAMILY


@pytest.mark.parametrize("code", ALL)
def test_a_code_has_an_exit_code(code: str) -> None:
    assert code in EXIT_CODES or code.split(".", maxsplit=1)[0] in EXIT_CODES


def test_the_tables_name_no_code_that_nobody_raises() -> None:
    families = {code.split(".")[0] for code in ALL}
    assert set(BY_CODE) <= set(ALL)
    assert {name for name in BY_FAMILY if name not in families} == set()
    assert {name for name in EXIT_CODES if name not in families | set(ALL)} == set()


@pytest.mark.parametrize(
    ("code", "status", "code_of_exit"),
    [
        ("field.taken", 409, 1),
        ("lead.unknown", 404, 1),
        ("handoff.already_decided", 409, 1),
        ("access.denied", 403, 1),
        ("access.anonymous", 401, 1),
        ("revision.has_errors", 422, 3),
        ("import.missing_column", 422, 4),
        ("database.will_not_start", 503, 5),
        ("something.new", 400, 1),
    ],
)
def test_the_statuses_that_clients_build_on(code: str, status: int, code_of_exit: int) -> None:
    assert (http_status(AccordError(code, "no")), exit_code(code)) == (status, code_of_exit)
