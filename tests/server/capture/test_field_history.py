"""What a field was before an import changed it."""

from datetime import timedelta
from typing import Any

from tests.server.capture.conftest import LEADS, NOW, Importer

from accord.server.agreements.models import Revision
from accord.server.people.models import Company, FieldChange, Person
from accord.server.pipeline.models import Lead

LATER = NOW + timedelta(days=1)
MAPPING = LEADS.replace("lead.source", "company.employees")
ANN = {"id": "L1", "email": "ann@acme.example", "name": "Ann", "company": "Acme", "domain": "acme.example"}


def changes() -> list[tuple[Any, ...]]:
    found = FieldChange.objects.order_by("field").values_list("subject", "field", "before", "after", "at", "changed_by")
    return list(found)


def test_a_new_lead_is_no_change(importer: Importer) -> None:
    importer.leads(ANN | {"source": "fair"})
    assert not changes()


def test_a_second_import_writes_down_what_it_changes_and_nothing_else(importer: Importer) -> None:
    importer.leads(ANN | {"source": "fair"})
    importer.leads(ANN | {"source": "web", "name": "Ann Ames", "phone": "+49 1", "company": "Acme AG"}, at=LATER)
    importer.leads(ANN | {"source": "web", "name": "Ann Ames"}, at=LATER + timedelta(days=1))
    assert changes() == [
        ("company", "company.name", "Acme", "Acme AG", LATER, "import"),
        ("company", "company.name", "Acme AG", "Acme", LATER + timedelta(days=1), "import"),
        ("lead", "lead.source", "fair", "web", LATER, "import"),
        ("person", "person.name", "Ann", "Ann Ames", LATER, "import"),
        ("person", "person.phone", None, "+49 1", LATER, "import"),
    ]


def test_a_declared_field_is_written_down_as_json_holds_it(importer: Importer, revision: Revision) -> None:
    importer.leads(ANN | {"source": "50"}, mapping=MAPPING)
    importer.leads(ANN | {"source": "5000"}, mapping=MAPPING, at=LATER)
    importer.leads(ANN | {"source": "5000"}, mapping=MAPPING, at=LATER + timedelta(days=1))
    assert changes() == [("company", "company.employees", 50, 5000, LATER, "import")]
    assert FieldChange.objects.get().subject_id == Company.objects.get().pk


def test_a_company_known_by_its_name_alone_has_a_history_too(importer: Importer, revision: Revision) -> None:
    mapping = MAPPING.replace("  company.domain: domain\n", "")
    importer.leads(ANN | {"source": "50"}, mapping=mapping)
    importer.leads(ANN | {"source": "51"}, mapping=mapping, at=LATER)
    assert changes() == [("company", "company.employees", 50, 51, LATER, "import")]


def test_who_changes_companies_is_written_down(importer: Importer) -> None:
    importer.leads(ANN)
    importer.leads(ANN | {"company": "Bolt", "domain": "bolt.example"}, at=LATER)
    acme, bolt = (Company.objects.get(name=name).pk for name in ("Acme", "Bolt"))
    assert changes() == [("person", "company", acme, bolt, LATER, "import")]
    assert FieldChange.objects.get().subject_id == Person.objects.get().pk


def test_a_dry_run_leaves_no_history(importer: Importer) -> None:
    importer.leads(ANN | {"source": "fair"})
    importer.leads(ANN | {"source": "web"}, at=LATER, dry_run=True)
    assert not changes()
    assert Lead.objects.get().source == "fair"
