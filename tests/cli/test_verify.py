"""``accord verify``: everybody judged again in one go."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from tests.server.conftest import World, cast, revision, world  # noqa: F401  # the fixtures of the server

from accord.cli.verify import verify
from accord.server.backtests.health import batch_is_live
from accord.server.backtests.models import Verification
from accord.server.pipeline.models import Lead

pytestmark = pytest.mark.django_db(transaction=True)
"""A snapshot is taken through a connection of its own, which sees only what is committed."""


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
    monkeypatch.setenv("ACCORD_HOME", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(verify, words, catch_exceptions=False)


def test_it_says_that_none_differs_and_the_doctor_repeats_it(world: World) -> None:  # noqa: F811
    assert batch_is_live().ok
    world.mql()
    said = run()
    assert said.output == "Judged 1 open lead again by revision 1: none differs.\n"
    assert said.exit_code == 0
    found = batch_is_live()
    assert found.ok
    assert found.detail.startswith("Judged 1 open lead again by revision 1: none differs.")


def test_a_difference_is_named_and_fails(world: World) -> None:  # noqa: F811
    lead = world.mql()
    Lead.objects.filter(pk=lead.pk).update(fit=1, grade="A")
    said = run()
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "Judged 1 open lead again by revision 1: 1 differs.",
        f"  lead {lead.pk} (Person 1): its fit, in hundredths, is 1, judged again it is 4000",
        f"  lead {lead.pk} (Person 1): its grade is A, judged again it is B",
    ]
    assert not batch_is_live().ok


def test_json_has_every_difference(world: World) -> None:  # noqa: F811
    lead = world.mql()
    Lead.objects.filter(pk=lead.pk).update(engagement=7)
    found = json.loads(run("--json").output)
    assert (found["compared"], found["differing"], found["due"], found["revision"]) == (1, 1, 0, 1)
    assert found["differences"] == [{"lead": lead.pk, "about": "engagement", "live": "7", "batch": "1500"}]


def test_a_run_of_long_ago_worries_the_doctor(world: World) -> None:  # noqa: F811
    run()
    Verification.objects.update(at=timezone.now() - timedelta(days=4))
    assert not batch_is_live().ok
