"""From text to a plan, with every issue on the way: nothing is raised for a bad document, and nothing stops early."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from accord.agreement.build import build
from accord.agreement.checks import Inspection, check_all
from accord.agreement.complaint import complaints
from accord.agreement.document import Document
from accord.agreement.plan import Agreement
from accord.agreement.salvage import Salvage
from accord.agreement.source import MAX_BYTES, read_source
from accord.errors import Issue, Level


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a document.

    Attributes:
        agreement: The plan; None where there is at least one error.
        issues: Everything found, in the order of the lines.
    """

    agreement: Agreement | None
    issues: tuple[Issue, ...]


def load(text: str, filename: str) -> Loaded:
    """Return the plan of the agreement ``text``, or all that is wrong with it.

    Args:
        text: The YAML.
        filename: What issues call it.

    Examples:
        >>> print(*load("", "agreement.yaml").issues)
        agreement.yaml:1: the document is empty; start it with 'accord: 1'
    """
    source = read_source(text, filename)
    if not source.readable:
        return Loaded(None, tuple(source.issues))
    salvage = Salvage()
    issues = list(source.issues)
    document: Document | None = None
    with suppress(ValidationError):  # where nothing of it is left, the faults are noted all the same
        document = Document.model_validate(source.tree, context=salvage)
    issues += complaints(salvage.faults, source)
    if document is not None:
        inspection = Inspection(document, source, salvage.broken)
        check_all(inspection)
        issues += inspection.issues
    found = in_order(issues)
    if document is None or any(issue.level is Level.ERROR for issue in found):
        return Loaded(None, found)
    return Loaded(build(document, source.lines), found)


def read(path: Path | str) -> Loaded:
    """Return what came of the file at ``path``; it must be UTF-8.

    Raises:
        OSError: The file cannot be read.
    """
    name = str(path)
    with Path(path).open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) <= MAX_BYTES:
            line = content.count(b"\n", 0, error.start) + 1
            hint = "save the file as plain text in UTF-8"
            return Loaded(
                None, (Issue(Level.ERROR, "agreement.not_utf8", "this is not UTF-8 text", f"{name}:{line}", hint),)
            )
        text = content.decode("latin-1")
    return load(text, name)


def in_order(issues: list[Issue]) -> tuple[Issue, ...]:
    """Return the issues by line, the gravest first within a line, each once."""
    levels = list(Level)

    def place(issue: Issue) -> tuple[int, int, str]:
        line = (issue.at or "").rpartition(":")[2]
        return int(line) if line.isdigit() else 0, levels.index(issue.level), issue.message

    return tuple(sorted(dict.fromkeys(issues), key=place))
