"""``accord warehouse``: how it stands, brought up to date, made anew; and what the doctor says of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from tests.server.conftest import World, cast, revision, world  # noqa: F401  # the fixtures of the server
from tests.server.credit.conftest import bought, came, offered, paid
from tests.server.warehouse.conftest import warehouse  # noqa: F401  # a fixture

from accord.cli import main
from accord.insight import names
from accord.insight.credit.store import SHELF
from accord.rules import microseconds
from accord.server.credit.models import Restatement
from accord.server.warehouse.health import warehouse_follows
from accord.server.warehouse.models import Keeping

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["warehouse", *words])


def as_json(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_without_one_it_says_how_to_make_it() -> None:
    said = run("status").stdout
    assert said.startswith("no warehouse in ")
    assert "accord warehouse sync makes one" in said
    assert as_json("status")["version"] is None
    assert warehouse_follows().ok


def test_it_says_what_there_is_and_what_waits(world: World) -> None:  # noqa: F811
    world.lead()
    assert "made anew (there is none yet)" in run("sync").stdout
    world.lead()
    found = as_json("status")
    assert (found["version"], found["waiting"]) == (1, 4)
    assert found["tables"]["leads"] == {"rows": 1, "files": 1, "delta_version": 1}
    assert found["seconds_old"] >= 0
    said = run("status").stdout
    assert "4 statements have changed something since" in said
    assert "leads" in said
    assert as_json("sync")["rows"] == {"companies": 1, "leads": 1, "people": 1, "stage_changes": 1}
    assert "nothing waits for it" in run("status").stdout
    assert warehouse_follows().detail.startswith("version 2 of ")


def test_it_is_made_anew_when_asked(world: World) -> None:  # noqa: F811
    world.lead()
    run("sync")
    done = as_json("rebuild")
    assert (done["version"], done["rebuilt"]) == (2, "somebody asked for it")
    assert done["rows"]["leads"] == 1
    assert "made anew (somebody asked for it)" in run("rebuild").stdout


def test_one_that_is_kept_elsewhere_is_moved_only_when_asked() -> None:
    Keeping.objects.create(pk=1, token=uuid4(), place="elsewhere:/warehouse", synced_at=timezone.now())
    ended = run("sync")
    assert ended.exit_code == 5
    assert "is kept at elsewhere:/warehouse" in ended.stderr
    assert "the database knows of one at elsewhere:/warehouse" in run("status").stdout
    assert not warehouse_follows().ok
    assert run("rebuild").exit_code == 0
    assert warehouse_follows().ok


def test_a_folder_in_the_way_is_one_red_line(settings: Any, tmp_path: Path) -> None:
    settings.ACCORD_WAREHOUSE = tmp_path / "file" / "warehouse"
    (tmp_path / "file").write_text("")
    ended = run("sync")
    assert ended.exit_code == 5
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_doctor_finds_one_that_does_not_follow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    run("sync")
    assert warehouse_follows().ok
    monkeypatch.setattr("accord.server.warehouse.health.LATE", timedelta(0))
    assert not warehouse_follows().ok


# --- asking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(postgres_url: str) -> Iterator[str]:
    """The address of an empty database; what was copied there is gone afterwards."""
    yield postgres_url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS accord CASCADE")


def test_a_question_is_answered_the_same_on_each_engine(world: World, copied: str) -> None:  # noqa: F811
    world.lead(source="fair")
    world.lead(source="")
    run("sync")
    asked = ["ask", "win_rate_by_source", "--param", "currency=EUR"]
    found = as_json(*asked)
    assert found["rows"] == [
        {"source": source, "leads": 1, "won": 0, "win_rate": 0.0, "amount_cents": None} for source in ("", "fair")
    ]
    assert (found["question"], found["version"]) == ("win_rate_by_source", 1)
    assert as_json(*asked, "--engine", copied) == found
    said = run(*asked).stdout
    assert "fair" in said
    assert "0.0000" in said
    assert "2 rows of version 1, as of " in said


def test_the_engine_is_that_of_the_settings(world: World, settings: Any, copied: str) -> None:  # noqa: F811
    world.lead()
    run("sync")
    settings.ACCORD_WAREHOUSE_URL = copied
    assert run("ask", "reached").exit_code == 0
    with psycopg.connect(copied) as connection:
        assert connection.execute("SELECT count(*) FROM accord.leads").fetchone() == (1,)


def credited(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of the edition that counts, by table."""
    edition = SHELF.current(folder)
    assert edition is not None
    return {name: pq.read_table(SHELF.folder(folder) / file).to_pylist() for name, file in edition.files.items()}


def test_credit_is_given_the_same_on_each_engine(
    world: World,  # noqa: F811
    warehouse: Path,  # noqa: F811
    settings: Any,
    copied: str,
) -> None:
    lead = world.lead(source="")
    came(lead, 1)
    came(lead, 3, "Email", source="letter", medium="email", campaign="news", inbound=False)
    fair = world.lead(source="fair")
    came(fair, 2)
    bought(lead, 9)
    offered(fair, 4)
    paid(1, "300.00")
    run("sync")
    assert "edition 1 of version 1 of the warehouse, made in " in run("credit").stdout
    expected = credited(warehouse)
    assert all(expected.values())
    assert as_json("credit", "--engine", copied)["edition"] == 2
    with psycopg.connect(copied) as connection:  # it was asked indeed
        assert connection.execute("SELECT count(*) FROM accord.leads").fetchone() == (2,)
    assert credited(warehouse) == expected
    settings.ACCORD_WAREHOUSE_URL = "mysql:"
    ended = run("credit")
    assert (ended.exit_code, "'mysql:' names no engine" in ended.stderr) == (1, True)
    assert not Restatement.objects.exists()


def test_a_period_is_said_in_days_or_instants(world: World) -> None:  # noqa: F811
    lead = world.lead()
    run("sync")
    day, after = lead.opened_at.date(), lead.opened_at.date() + timedelta(days=1)
    for first, end, leads in ((day, after, 1), (after, after + timedelta(days=1), 0)):
        found = as_json("ask", "funnel_leads", "--param", f"from_us={first}", "--param", f"to_us={end}")
        assert len(found["rows"]) == leads
    at = microseconds(lead.opened_at)
    for said in (lead.opened_at.isoformat(), str(at)):
        assert len(as_json("ask", "funnel_leads", "--param", f"from_us={said}")["rows"]) == 1
        assert as_json("ask", "funnel_leads", "--param", f"to_us={said}")["rows"] == []


def test_many_rows_are_cut_for_people_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for _ in range(3):
        world.lead()
    run("sync")
    monkeypatch.setattr("accord.cli.warehouse_questions.SHOWN", 2)
    said = run("ask", "funnel_leads").stdout
    assert "3 rows of version 1" in said
    assert "the first 2 are shown, --json gives all" in said
    assert len(as_json("ask", "funnel_leads")["rows"]) == 3


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (["nothing"], 1, "there is no question 'nothing'"),
        (["win_rate_by_source"], 1, "'win_rate_by_source' needs currency"),
        (["funnel", "--param", "from_us=monday"], 2, "from_us is an instant, a day or microseconds"),
        (["funnel", "--param", "colour=red"], 2, "names no parameter of 'funnel': from_us, to_us"),
        (["funnel", "--engine", "mysql://host"], 1, "'mysql:' names no engine"),
        (["funnel", "--engine", "postgresql://nobody@127.0.0.1:1/x"], 1, "PostgreSQL does not answer"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(words: list[str], code: int, complaint: str) -> None:
    run("sync")
    ended = run("ask", *words)
    assert (ended.exit_code, complaint in ended.stderr) == (code, True), ended.stderr


def test_without_a_warehouse_or_with_an_older_one_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = run("ask", "funnel")
    assert ended.exit_code == 5
    assert "there is no warehouse in " in ended.stderr
    run("sync")
    monkeypatch.setattr("accord.server.warehouse.opening.fingerprint", lambda: "of another star")
    ended = run("ask", "funnel")
    assert ended.exit_code == 5
    assert "of another version of Accord; accord warehouse sync" in ended.stderr


def test_sql_is_printed_for_an_engine_with_or_without_values() -> None:
    done = run("sql", "rejected_offers", "--dialect", "trino", "--param", "from_us=1970-01-02")
    assert "CAST(86400000000 AS BIGINT)" in done.stdout
    assert done.stdout.count("?") == 1
    assert done.stderr == "parameters: to_us\n"
    done = run("sql", "rejected_offers", "--dialect", "clickhouse")
    assert "{to_us: Nullable(Int64)}" in done.stdout
    assert done.stderr == "parameters: from_us, to_us\n"
    assert run("sql", "reached").stderr == ""
    assert run("sql", "funnel", "--dialect", "mysql").exit_code == 2


def test_the_questions_are_listed_with_what_they_need() -> None:
    lines = run("questions").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(names())
    assert "funnel                    from_us (BIGINT), to_us (BIGINT)" in lines
