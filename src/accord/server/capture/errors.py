"""The errors of an import; the rows that it refuses are no errors, they are reported one by one."""

from accord.errors import AccordError, Issue


class ImportingError(AccordError):
    """A file cannot be imported; nothing was stored."""


class MappingError(ImportingError):
    """A mapping is wrong; the file was not read.

    Attributes:
        issues: All of them, in the order of the lines.
    """

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        count = len(issues)
        super().__init__(
            "import.bad_mapping",
            "\n".join(str(issue) for issue in issues),
            hint=f"mend {count} error{'s' if count > 1 else ''} in the mapping and import again",
        )
        self.issues = issues
