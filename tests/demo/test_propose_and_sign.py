"""``accord propose`` and ``accord sign``: from a file to an agreement in force."""

import pytest
from click.testing import CliRunner

from accord.cli import main
from accord.demo.making import AGREEMENT
from accord.server.accounts.models import Role, User
from accord.server.agreements.models import Revision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch):
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


@pytest.fixture(autouse=True)
def people():
    for name, role in (("mara", Role.MARKETING), ("sven", Role.SALES), ("alma", Role.AGENCY)):
        User.objects.create_user(f"{name}@acme.example", name.title(), role)


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def propose(file=AGREEMENT, by="mara"):
    return run("propose", file, "--reason", "first", "--by", f"{by}@acme.example")


def sign(number=1, by="mara"):
    return run("sign", number, "--by", f"{by}@acme.example")


def test_a_sound_agreement_is_proposed_and_says_who_signs():
    done = propose()
    assert done.exit_code == 0, done.output
    assert "1 file checked" in done.stdout
    assert "revision 1 is proposed; marketing and sales sign it with: accord sign 1 --by EMAIL" in done.stdout
    proposed = Revision.objects.get()
    assert (proposed.status, proposed.reason) == (Revision.Status.PROPOSED, "first")
    assert proposed.text == AGREEMENT.read_text(encoding="utf-8")


def test_an_agreement_with_errors_is_not_proposed_and_each_is_named(tmp_path):
    file = tmp_path / "agreement.yaml"
    file.write_text(
        AGREEMENT.read_text(encoding="utf-8").replace("company.employees, at_least", "company.employes, at_least")
    )
    done = propose(file)
    assert done.exit_code == 1
    assert "did you mean 'company.employees'?" in done.stdout
    assert not Revision.objects.exists()


def test_a_file_that_is_not_there_is_not_proposed(tmp_path):
    done = propose(tmp_path / "none.yaml")
    assert done.exit_code == 2
    assert "none.yaml: cannot be read" in done.stderr


def test_the_agency_may_not_propose():
    done = propose(by="alma")
    assert done.exit_code == 1
    assert "Your role does not allow you to propose an agreement" in done.stderr


def test_the_last_signature_brings_it_into_force():
    propose()
    first = sign(by="mara")
    assert first.stdout == "Mara signed revision 1 for marketing\nit waits for sales\n"
    last = sign(by="sven")
    assert last.stdout == "Sven signed revision 1 for sales\nrevision 1 is in force\n"
    assert Revision.objects.get().status == Revision.Status.IN_FORCE


def test_who_does_not_sign_is_told_who_does():
    propose()
    done = sign(by="alma")
    assert done.exit_code == 1
    assert "it takes marketing and sales" in done.stderr


def test_what_was_never_proposed_cannot_be_signed():
    assert "there is no revision 7" in sign(7).stderr
