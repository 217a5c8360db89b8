"""The issues of one file of tests, as they are found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from accord.agreement.quantity import QuantityError
from accord.agreement.source import Source
from accord.agreement.suggestion import hint_for
from accord.errors import Issue, Level

Made = TypeVar("Made")


@dataclass(slots=True)
class Notes:
    """What is wrong with one file.

    Attributes:
        source: The text's tree, with its lines.
        broken: Paths with a fault already noted; nothing more is said of them.
        issues: What was found.
    """

    source: Source
    broken: frozenset[str]
    issues: list[Issue] = field(default_factory=list)

    def error(self, code: str, path: str, message: str, hint: str | None = None) -> None:
        """Add an error, unless something is known of the same place."""
        self._add(Level.ERROR, code, path, message, hint)

    def warn(self, code: str, path: str, message: str, hint: str | None = None) -> None:
        """Add a warning."""
        self._add(Level.WARNING, code, path, message, hint)

    def known(self, kind: str, name: str, valid: Iterable[str], path: str) -> bool:
        """Return whether the name is one of ``valid``; add an error if not."""
        names = list(valid)
        if name not in names:
            self.error(f"agreement.unknown_{kind}", path, f"unknown {kind} '{name}'", hint_for(name, names))
        return name in names

    def made(self, path: str, make: Callable[[], Made]) -> Made | None:
        """Return what ``make`` returns; add an error at ``path`` and return None if it is no amount."""
        try:
            return make()
        except QuantityError as fault:
            text, _, how = str(fault).partition("; ")
            self.error("cases.wrong_amount", path, text, how or None)
            return None

    def _add(self, level: Level, code: str, path: str, message: str, hint: str | None) -> None:
        if path not in self.broken:
            self.issues.append(Issue(level, code, message, self.source.at(path), hint))
