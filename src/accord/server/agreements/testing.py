"""The tests that a revision carries, and how many of them pass: what both sides see before they sign.

The files are kept with the revision that was proposed with them. A revision or draft without any is held to those of
the revision that it is based on, so that what an edit breaks is seen.
"""

from collections.abc import Mapping
from functools import lru_cache

from accord.agreement.cases import Tally, tally
from accord.server.agreements.models import CaseFile, Revision


def keep_tests(revision: Revision, tests: Mapping[str, str]) -> None:
    """Keep files of tests with a revision, in the transaction that proposes it.

    Args:
        revision: It has none yet.
        tests: The texts of the files by their names.
    """
    CaseFile.objects.bulk_create(CaseFile(revision=revision, name=name, text=text) for name, text in tests.items())


def carried_tests(revision: Revision | None) -> dict[str, str]:
    """Return the files of tests that a revision carries, else those of the one it is based on; by name."""
    seen: set[int] = set()
    while revision is not None and revision.pk not in seen:
        seen.add(revision.pk)
        found = dict(revision.tests.values_list("name", "text"))
        if found:
            return found
        revision = revision.based_on
    return {}


def tally_of(revision: Revision) -> Tally | None:
    """Return how many tests of a revision pass; None if its text can no longer be read.

    Its total is 0 where neither it nor any revision that it is based on carries tests.
    """
    return tally_of_text(revision.text, revision.file_name, revision)


def tally_of_text(text: str, file_name: str, based_on: Revision | None) -> Tally | None:
    """Return how many of the tests that ``based_on`` carries pass on a text; None if the text has errors."""
    return _tally(text, file_name, tuple(sorted(carried_tests(based_on).items())))


@lru_cache(maxsize=32)
def _tally(text: str, file_name: str, tests: tuple[tuple[str, str], ...]) -> Tally | None:
    return tally(text, file_name, dict(tests))
