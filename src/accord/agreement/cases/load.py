"""From the text of a file of tests to cases, with every issue on the way, as agreements are loaded."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from accord.agreement.cases.case import Case
from accord.agreement.cases.document import CaseEntry, CaseFile
from accord.agreement.cases.notes import Notes
from accord.agreement.cases.reading import Reading
from accord.agreement.complaint import complaints
from accord.agreement.load import in_order
from accord.agreement.plan import Agreement
from accord.agreement.salvage import Salvage
from accord.agreement.source import MAX_BYTES, Source, read_source
from accord.errors import Issue, Level

LINE_END = b"\n"
_START = "start it with 'cases:'"
_START_OF_AN_AGREEMENT = "start it with 'accord: 1'"


@dataclass(frozen=True, slots=True)
class LoadedCases:
    """What came of a file of tests.

    Attributes:
        cases: In the order of the file; none where there is at least one error.
        issues: Everything found, in the order of the lines.
    """

    cases: tuple[Case, ...]
    issues: tuple[Issue, ...]

    @property
    def broken(self) -> bool:
        """Whether there is an error."""
        return any(issue.level is Level.ERROR for issue in self.issues)


def load_cases(text: str, filename: str, agreement: Agreement) -> LoadedCases:
    """Return the cases of ``text``, or all that is wrong with them.

    Args:
        text: The YAML.
        filename: What issues call it.
        agreement: What the cases are about; its names are the valid ones.
    """
    source = read_source(text, filename)
    issues = [_of_a_file(issue) for issue in source.issues]
    if not source.readable:
        return LoadedCases((), tuple(issues))
    salvage = Salvage()
    file = CaseFile(cases=[])
    with suppress(ValidationError):  # where nothing of it is left, the faults are noted all the same
        file = CaseFile.model_validate(source.tree, context=salvage)
    issues += map(_of_a_file, complaints(salvage.faults, source))
    cases, found = _read(file, source, salvage.broken, agreement)
    issues += found
    if not issues and not cases:
        issues.append(Issue(Level.ERROR, "cases.none", "this file holds no case", source.at("cases"), "write one"))
    loaded = LoadedCases(tuple(cases), in_order(issues))
    return replace(loaded, cases=()) if loaded.broken else loaded


def _of_a_file(issue: Issue) -> Issue:
    """Return an issue that is said of an agreement, said of a file of tests."""
    message = issue.message.replace("the agreement needs", "the file needs").replace(" in ''", "")
    return replace(issue, message=message, hint=_START if issue.hint == _START_OF_AN_AGREEMENT else issue.hint)


def _read(
    file: CaseFile, source: Source, broken: frozenset[str], agreement: Agreement
) -> tuple[list[Case], list[Issue]]:
    notes = Notes(source, broken)
    reading = Reading(agreement, notes)
    cases = [case for entry in file.cases if (case := reading.case(entry)) is not None]
    return cases, [*notes.issues, *_repeated(file.cases, source)]


def _repeated(entries: list[CaseEntry], source: Source) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for entry in entries:
        at = source.at(f"{entry.path}.case")
        if entry.case in seen:
            text = f"there are two cases {entry.case!r}"
            yield Issue(
                Level.ERROR, "cases.repeated", text, at, f"the first is at {seen[entry.case]}; name what differs"
            )
        seen.setdefault(entry.case, at)


def read_cases(path: Path | str, agreement: Agreement) -> LoadedCases:
    """Return what came of the file of tests at ``path``; it must be UTF-8.

    Raises:
        OSError: The file cannot be read.
    """
    name = str(path)
    with Path(path).open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        return load_cases(content.decode("utf-8-sig"), name, agreement)
    except UnicodeDecodeError as error:
        at = f"{name}:{content.count(LINE_END, 0, error.start) + 1}"
        hint = "save the file as plain text in UTF-8"
        return LoadedCases((), (Issue(Level.ERROR, "agreement.not_utf8", "this is not UTF-8 text", at, hint),))
