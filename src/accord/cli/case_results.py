"""What ``accord test`` says of the cases that it ran: to people, to machines, and to systems that read JUnit XML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

import click

from accord.agreement import Agreement
from accord.agreement.cases import Answer, Case, Mismatch
from accord.agreement.cases.report import Report


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case.

    Attributes:
        live: What came out otherwise than expected where one lead is judged at a time.
        batch: The same where all are judged at once; None: that was left out.
        in_batch: The subjects that are answered in batch.
    """

    case: Case
    live: tuple[Mismatch, ...]
    batch: tuple[Mismatch, ...] | None
    in_batch: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.live and not self.batch


def print_results(results: Sequence[Result], law: Agreement) -> None:
    """Print each failing case with what was expected and found and why, and below them how many pass."""
    for result in results:
        if not result.passed:
            click.secho(f"FAIL  {result.case.name}", fg="red", bold=True)
            for line in failure(result, law):
                click.echo(f"  {line}" if line else "")
            click.echo()
    passed = sum(result.passed for result in results)
    of = f"{passed} of {len(results)} tests pass"
    where = "" if any(result.batch is None for result in results) else ", live and in batch"
    click.secho(of + where, fg="green" if passed == len(results) else "red")


def failure(result: Result, law: Agreement) -> Iterator[str]:
    """Yield what is wrong with one result; what fails in batch alone is said to."""
    report = Report(law)
    yield from report.failure(result.case, result.live)
    batch = result.batch or ()
    other = tuple(each for each in batch if each not in result.live)
    if other:
        yield "In batch this came out otherwise:"
        yield from (f"  {line}" for line in report.differences(other))
    differing = [each.expectation.subject for each in result.live if each not in batch]
    for subject in result.in_batch.intersection(differing) - {each.expectation.subject for each in other}:
        yield f"In batch this came out as expected: {report.subject(subject)}"


def as_rows(results: Sequence[Result]) -> dict[str, Any]:
    """Return the results for machines."""
    return {
        "passed": sum(result.passed for result in results),
        "failed": sum(not result.passed for result in results),
        "cases": [
            {
                "case": result.case.name,
                "at": result.case.place,
                "passed": result.passed,
                "live": [_row(each) for each in result.live],
                "batch": None if result.batch is None else [_row(each) for each in result.batch],
            }
            for result in results
        ],
    }


def _row(mismatch: Mismatch) -> dict[str, Any]:
    expectation = mismatch.expectation
    return {
        "subject": expectation.subject,
        "at": expectation.at,
        "expected": _plain(expectation.answer),
        "found": _plain(mismatch.found),
    }


def _plain(answer: Answer) -> object:
    if isinstance(answer, tuple):
        return list(answer)
    return answer.isoformat() if isinstance(answer, datetime) else answer


def as_junit(results: Sequence[Result], law: Agreement) -> bytes:
    """Return the results as JUnit XML, one suite for each file."""
    root = Xml.Element("testsuites", name="accord test")
    suites: dict[str, Xml.Element] = {}
    for result in results:
        file, _, line = result.case.place.rpartition(":")
        if file not in suites:
            suites[file] = Xml.SubElement(root, "testsuite", name=file, tests="0", failures="0")
        suite = suites[file]
        suite.set("tests", str(int(suite.get("tests", "0")) + 1))
        case = Xml.SubElement(suite, "testcase", name=result.case.name, classname=file, file=file, line=line)
        if not result.passed:
            suite.set("failures", str(int(suite.get("failures", "0")) + 1))
            text = list(failure(result, law))
            Xml.SubElement(case, "failure", message=text[0]).text = "\n".join(text)
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + Xml.tostring(root, encoding="unicode").encode()
