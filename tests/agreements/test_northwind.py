"""The agreement that ships as an example passes the tests that ship with it, through the public command line."""

import json
import subprocess
import sys
from pathlib import Path

from accord.agreement import read
from accord.agreement.cases import CRITERIA, read_cases

NORTHWIND = Path(__file__).parent.parent.parent / "examples" / "northwind"


def test_northwind_passes_its_tests_live_and_in_batch() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "accord", "test", str(NORTHWIND / "agreement.yaml"), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )

    said = json.loads(done.stdout)
    assert [(case["case"], case["live"], case["batch"]) for case in said["cases"] if not case["passed"]] == []
    assert done.returncode == 0
    assert said["passed"] >= 20
    assert all(case["batch"] is not None for case in said["cases"])


def test_every_criterion_of_northwind_is_tested_both_ways() -> None:
    law = read(NORTHWIND / "agreement.yaml").agreement
    assert law is not None
    expected = {
        (each.subject, each.answer)
        for path in (NORTHWIND / "tests").glob("*.yaml")
        for case in read_cases(path, law).cases
        for each in case.expected
    }

    missing = {(name, answer) for name in law.criteria for answer in (True, False)} - {
        (subject.removeprefix(CRITERIA), answer) for subject, answer in expected if subject.startswith(CRITERIA)
    }
    assert missing == set()
