"""``accord import`` and ``accord qualify`` as people run them."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accord.cli import main
from accord.server.accounts.models import Role, User
from accord.server.capture.models import ImportRun
from accord.server.channels.models import Cost
from accord.server.pipeline.models import Lead

MAPPING = "accord_import: 1\nkind: leads\nid: id\ncolumns:\n  person.email: email\n  person.name: name\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def run(folder: Path, content: str, *options: str, mapping: str = MAPPING) -> Result:
    (folder / "leads.csv").write_text(content, encoding="utf-8")
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    arguments = ["import", "leads", str(folder / "leads.csv"), "--mapping", str(folder / "map.yaml"), *options]
    try:
        return CliRunner().invoke(main, arguments)
    except SystemExit as end:  # pragma: no cover  # click's runner catches it
        raise AssertionError from end


GOOD = "id,email,name\n1,ann@acme.example,Ann\n2,bob@acme.example,Bob\n"
BAD = GOOD + "3,no address,Carl\n" + "".join(f"{n},nothing,X\n" for n in range(4, 10))


def test_a_good_file_is_imported_and_counted(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD)
    assert result.exit_code == 0, result.output
    assert "Leads from leads.csv" in result.stdout
    assert "No agreement is in force yet: the leads wait until one is signed." in result.stdout
    assert Lead.objects.count() == 2


def test_refused_rows_are_named_and_the_rest_is_imported(tmp_path: Path) -> None:
    result = run(tmp_path, BAD)
    assert result.exit_code == 0
    assert "line 4: 'email' holds 'no address', which is not an e-mail address" in result.stdout
    assert f"and 2 more. Mend them in {tmp_path / 'leads.refused.csv'} and import that file." in result.stdout
    assert Lead.objects.count() == 2


def test_strict_ends_with_4_and_imports_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, BAD, "--strict")
    assert result.exit_code == 4
    assert "7 of 9 rows were refused" in result.stderr
    assert not Lead.objects.exists()


def test_every_fault_of_a_mapping_is_reported_on_a_line_of_its_own(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, mapping=MAPPING.replace("person.email", "person.mail").replace("person.name", "x"))
    assert result.exit_code == 4
    assert "map.yaml:5: unknown field 'person.mail' for leads; did you mean 'person.email'?" in result.stderr
    assert result.stderr.count("error: ") == 2


def test_json_is_for_machines(tmp_path: Path) -> None:
    said = json.loads(run(tmp_path, BAD, "--json").stdout)
    assert (said["created"], said["refused"], said["rows"]) == (2, 7, 9)
    assert said["refused_rows"][0]["code"] == "import.not_an_address"
    assert said["report"] == str(tmp_path / "leads.refused.csv")


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "dry run: nothing was stored" in result.stdout
    assert not Lead.objects.exists()


def test_who_imports_is_kept(tmp_path: Path) -> None:
    olga = User.objects.create_user("olga@acme.example", "Olga", Role.OPERATIONS)
    run(tmp_path, GOOD, "--by", "Olga@acme.example")
    assert ImportRun.objects.get().by == olga
    unknown = run(tmp_path, GOOD, "--by", "nobody@acme.example")
    assert (unknown.exit_code, unknown.stderr.split(";")[0]) == (
        1,
        "error: nobody here has the address nobody@acme.example",
    )
    User.objects.update(is_active=False)
    assert "Olga no longer works here" in run(tmp_path, GOOD, "--by", "olga@acme.example").stderr


def test_qualifying_without_an_agreement_says_so() -> None:
    result = CliRunner().invoke(main, ["qualify"])
    assert result.exit_code == 1
    assert "no agreement is in force yet" in result.stderr


COSTS = """\
accord_import: 1
kind: costs
columns:
  cost.day: day
  cost.source: network
  cost.campaign: campaign
  cost.amount: amount
  cost.currency: {constant: EUR}
"""
SPENT = "day,network,campaign,amount\n2026-02-10,google,spring,94.20\n2026-02-11,google,spring,88.00\n"


def run_costs(folder: Path, content: str, *options: str) -> Result:
    (folder / "costs.csv").write_text(content, encoding="utf-8")
    (folder / "map.yaml").write_text(COSTS, encoding="utf-8")
    arguments = ["import", "costs", str(folder / "costs.csv"), "--mapping", str(folder / "map.yaml"), *options]
    return CliRunner().invoke(main, arguments)


def test_costs_are_imported_and_counted_and_no_lead_is_judged_for_it(tmp_path: Path) -> None:
    result = run_costs(tmp_path, SPENT)
    assert result.exit_code == 0, result.output
    assert "Costs from costs.csv" in result.stdout
    assert "agreement" not in result.stdout
    found = Cost.objects.order_by("day").values_list("day", "source", "campaign", "amount", "currency")
    assert list(found) == [
        (date(2026, 2, 10), "google", "spring", Decimal("94.20"), "EUR"),
        (date(2026, 2, 11), "google", "spring", Decimal("88.00"), "EUR"),
    ]


def test_the_same_costs_again_change_nothing(tmp_path: Path) -> None:
    first = json.loads(run_costs(tmp_path, SPENT, "--json").stdout)
    again = json.loads(run_costs(tmp_path, SPENT, "--json").stdout)
    assert (first["created"], first["unchanged"]) == (2, 0)
    assert (again["created"], again["updated"], again["unchanged"], again["refused"]) == (0, 0, 2, 0)
    assert Cost.objects.count() == 2


def test_costs_that_are_refused_are_named_by_line_and_reason_and_the_rest_is_imported(tmp_path: Path) -> None:
    result = run_costs(tmp_path, SPENT + "2026-02-12,google,spring,a lot\nyesterday,google,spring,5\n")
    assert result.exit_code == 0, result.output
    assert "line 4: 'amount' holds 'a lot', which is not" in result.stdout
    assert "line 5: 'day' holds 'yesterday', which is not" in result.stdout
    assert Cost.objects.count() == 2
    kept = (tmp_path / "costs.refused.csv").read_text("utf-8")
    assert "a lot" in kept
    assert "yesterday" in kept
    assert "94.20" not in kept


def test_strict_costs_end_with_4_and_import_nothing(tmp_path: Path) -> None:
    result = run_costs(tmp_path, SPENT + "2026-02-12,google,spring,a lot\n", "--strict")
    assert result.exit_code == 4
    assert "1 of 3 rows" in result.stderr
    assert not Cost.objects.exists()
