"""The error families that every package raises, and the issue that a check reports.

An *error* stops what was asked. An *issue* is one finding of a check that goes on to the next one; checks return lists
of issues and never raise at the first. Both say what is wrong, where, what is valid and what to do.
"""

from dataclasses import dataclass
from enum import StrEnum


class AccordError(Exception):
    """A known error with a stable code, raised by every package through its own family.

    Attributes:
        code: Stable, dotted and machine-readable, such as ``"handoff.already_decided"``. One table in the server maps
            it to an HTTP status, one in the CLI to an exit code.
        message: What is wrong, in the user's words.
        at: Where, as ``file:line``, or None.
        hint: What to do about it, or None.
    """

    def __init__(self, code: str, message: str, *, at: str | None = None, hint: str | None = None) -> None:
        super().__init__(code, message, at, hint)
        self.code = code
        self.message = message
        self.at = at
        self.hint = hint

    def __str__(self) -> str:
        return sentence(self.message, self.at, self.hint)


class Level(StrEnum):
    """How grave an issue is: an error refuses the document, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of a check.

    Examples:
        >>> str(Issue(Level.ERROR, "agreement.unknown_field", "unknown field 'company.employes'", "agreement.yaml:14",
        ...           "did you mean 'company.employees'?"))
        "agreement.yaml:14: unknown field 'company.employes'; did you mean 'company.employees'?"
    """

    level: Level
    code: str
    message: str
    at: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        return sentence(self.message, self.at, self.hint)


def sentence(message: str, at: str | None, hint: str | None) -> str:
    """Return the one line that users read: ``where: what; what to do``."""
    text = f"{at}: {message}" if at else message
    return f"{text}; {hint}" if hint else text
