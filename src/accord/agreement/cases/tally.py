"""How many tests pass of a document that is only text: for the page on which it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from accord.agreement.cases.case import Case
from accord.agreement.cases.load import load_cases
from accord.agreement.cases.outcome import live_outcome, mismatches
from accord.agreement.cases.report import Report
from accord.agreement.load import load
from accord.errors import Issue


@dataclass(frozen=True, slots=True)
class Failing:
    """A test that fails: what it shows, where it stands as ``file:line``, and the lines that say why."""

    name: str
    place: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the tests of a document, on the live evaluator.

    Attributes:
        passed: How many pass.
        total: How many there are.
        failing: The others, in their order.
        issues: What is wrong with the tests themselves, such as a criterion that the document no longer has; of files
            with an error none is counted.
    """

    passed: int
    total: int
    failing: tuple[Failing, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def all_pass(self) -> bool:
        """Whether there are tests, all of them can be read, and each passes."""
        return self.total > 0 and self.passed == self.total and not self.issues

    @property
    def words(self) -> str:
        """The outcome in a few words."""
        if not self.total and not self.issues:
            return "it carries no tests"
        broken = "; some tests cannot be read" if self.issues else ""
        return f"{self.passed} of {self.total} tests pass{broken}"


def tally(text: str, file_name: str, tests: Mapping[str, str]) -> Tally | None:
    """Return how many tests of a document pass, or None if the document has errors.

    Args:
        text: The document.
        file_name: What its issues call it.
        tests: The texts of the files of tests, by what issues call them.
    """
    agreement = load(text, file_name).agreement
    if agreement is None:
        return None
    loaded = [load_cases(each, name, agreement) for name, each in tests.items()]
    cases: list[Case] = [case for each in loaded for case in each.cases]
    report = Report(agreement)
    failing = []
    for case in cases:
        wrong = mismatches(case, live_outcome(case, agreement))
        if wrong:
            failing.append(Failing(case.name, case.place, tuple(report.failure(case, wrong))))
    issues = tuple(issue for each in loaded if each.broken for issue in each.issues)
    return Tally(len(cases) - len(failing), len(cases), tuple(failing), issues)
