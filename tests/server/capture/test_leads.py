"""Importing leads: whose they are, what a second import changes, and what is refused."""

from datetime import UTC, datetime

import pytest
from tests.server.capture.conftest import LEADS, NOW, Importer, counts, csv_text

from accord.server.accounts.models import AuditEntry
from accord.server.agreements.models import Revision
from accord.server.capture.errors import ImportingError
from accord.server.capture.models import ImportRun, RefusedRow
from accord.server.people.models import Company, Person, PersonKey
from accord.server.pipeline.models import Deal, Lead, StageChange

ANN = {
    "id": "L1",
    "source": "social",
    "since": "2026-02-01",
    "email": "Ann@Acme.example",
    "name": "Ann Ames",
    "phone": "+49 89 1",
    "company": "Acme",
    "domain": "acme.example",
}
BOB = {"id": "L2", "email": "bob@acme.example", "name": "Bob", "company": "Acme", "domain": "acme.example"}


def reasons() -> list[tuple[int, str]]:
    return list(RefusedRow.objects.values_list("line", "code"))


def test_a_row_becomes_a_lead_with_its_person_and_company(importer: Importer) -> None:
    assert counts(importer.leads(ANN)) == (1, 0, 0, 0)

    lead = Lead.objects.select_related("person__company").get()
    assert (lead.external_id, lead.source, lead.stage, lead.cycle) == ("L1", "social", "lead", 1)
    assert lead.first_contact_at == lead.opened_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert (lead.person.email, lead.person.email_key) == ("Ann@Acme.example", "ann@acme.example")
    assert lead.person.company == Company.objects.get(domain="acme.example", name="Acme")
    change = StageChange.objects.get()
    assert (change.to_stage, change.decided_by, change.reason) == ("lead", "import", "Imported")


def test_a_new_lead_without_a_stage_is_to_be_judged_at_once(importer: Importer) -> None:
    importer.leads(ANN)
    assert Lead.objects.get().review_at == NOW


def test_a_lead_with_a_declared_stage_keeps_it_and_is_not_judged(importer: Importer) -> None:
    mapping = LEADS + "  lead.stage: {constant: mql}\n"
    importer.leads(ANN, mapping=mapping)
    lead = Lead.objects.get()
    assert (lead.stage, lead.review_at) == ("mql", None)
    assert StageChange.objects.get().to_stage == "mql"


def test_a_lead_that_ended_elsewhere_is_imported_as_ended(importer: Importer) -> None:
    importer.leads(
        ANN, BOB, mapping=LEADS + "  lead.stage: {column: phone, values: {+49 89 1: recycled, '': customer}}\n"
    )
    ann, bob = Lead.objects.order_by("external_id")
    assert (ann.stage, ann.ended_at, ann.end_reason, ann.caretaker) == (
        "recycled",
        datetime(2026, 2, 1, tzinfo=UTC),
        "imported",
        "marketing",
    )
    assert (bob.stage, bob.ended_at, bob.end_reason) == ("customer", NOW, "won")


def test_a_second_import_changes_nothing(importer: Importer) -> None:
    importer.leads(ANN, BOB)
    before = [list(model.objects.order_by("pk").values()) for model in (Company, Person, Lead, StageChange)]

    assert counts(importer.leads(ANN, BOB, at=NOW.replace(day=5))) == (0, 0, 2, 0)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Company, Person, Lead, StageChange)]


@pytest.mark.parametrize("field", ["source", "since", "name", "phone", "company"])
def test_a_changed_cell_updates_its_field_and_has_the_lead_judged(field: str, importer: Importer) -> None:
    importer.leads(ANN)
    Lead.objects.update(review_at=None)
    changed = {**ANN, field: "2026-02-02" if field == "since" else "new"}
    assert counts(importer.leads(changed)) == (0, 1, 0, 0)
    assert Lead.objects.get().review_at == NOW
    assert counts(importer.leads(changed)) == (0, 0, 1, 0)


def test_an_empty_cell_never_overwrites(importer: Importer) -> None:
    importer.leads(ANN)
    assert counts(importer.leads({"id": "L1"})) == (0, 0, 1, 0)
    assert Person.objects.get().phone == "+49 89 1"


def test_the_stage_of_a_lead_that_is_here_is_not_undone_by_a_file(importer: Importer) -> None:
    mapping = LEADS + "  lead.stage: {constant: mql}\n"
    importer.leads(ANN, mapping=mapping)
    Lead.objects.update(stage="sal")
    assert counts(importer.leads(ANN, mapping=mapping)) == (0, 0, 1, 0)
    assert Lead.objects.get().stage == "sal"


def test_a_person_without_address_and_id_is_known_by_the_lead(importer: Importer) -> None:
    importer.leads({"id": "L9", "name": "Nobody"})
    assert Person.objects.get().external_id == "lead:L9"
    assert counts(importer.leads({"id": "L9", "email": "now@known.example"})) == (0, 1, 0, 0)
    assert Person.objects.get().email_key == "now@known.example"


class TestWhoseItIs:
    def test_the_same_address_is_the_same_person_whatever_its_case(self, importer: Importer) -> None:
        importer.leads(ANN)
        result = importer.leads({**ANN, "id": "L5", "email": "ANN@acme.example"})
        assert counts(result) == (0, 0, 0, 1)
        assert result.first_refused[0].code == "import.open_lead"
        assert "(id L1)" in result.first_refused[0].message

    def test_two_open_leads_of_one_person_in_one_file_are_not_both_taken(self, importer: Importer) -> None:
        result = importer.leads(ANN, {**ANN, "id": "L5"})
        assert counts(result) == (1, 0, 0, 1)
        assert "open lead in line 2" in result.first_refused[0].message

    def test_an_ended_lead_is_followed_by_the_next_cycle(self, importer: Importer) -> None:
        importer.leads(ANN, mapping=LEADS + "  lead.stage: {constant: recycled}\n")
        importer.leads({**ANN, "id": "L5", "since": "2026-03-01"})
        assert list(Lead.objects.order_by("cycle").values_list("external_id", "cycle")) == [("L1", 1), ("L5", 2)]

    def test_several_cycles_of_one_file_are_counted_in_their_order(self, importer: Importer) -> None:
        mapping = LEADS.replace("lead.source: source", "lead.stage: source")
        importer.leads(
            {**ANN, "id": "C", "source": "lead", "since": "2026-02-20"},
            {**ANN, "id": "B", "source": "recycled", "since": "2026-02-10"},
            {**ANN, "id": "A", "source": "recycled", "since": "2026-02-01"},
            mapping=mapping,
        )
        assert list(Lead.objects.order_by("cycle").values_list("external_id", flat=True)) == ["A", "B", "C"]

    def test_the_lead_that_accord_opened_itself_takes_the_foreign_id(self, importer: Importer) -> None:
        importer.leads(ANN)
        Lead.objects.update(external_id=None)
        assert counts(importer.leads(ANN)) == (0, 1, 0, 0)
        assert Lead.objects.get().external_id == "L1"

    def test_an_address_that_belongs_to_somebody_else_is_refused(self, importer: Importer) -> None:
        importer.leads(ANN, BOB)
        result = importer.leads({**BOB, "email": ANN["email"]})
        assert counts(result) == (0, 0, 0, 1)
        assert result.first_refused[0].code == "import.person_conflict"
        assert Person.objects.get(name="Bob").email_key == "bob@acme.example"

    def test_the_persons_own_id_goes_before_the_address(self, importer: Importer) -> None:
        mapping = LEADS.replace("person.phone", "person.external_id")
        importer.leads({**ANN, "phone": "P1"}, mapping=mapping)
        result = importer.leads({**ANN, "phone": "P1", "email": "new@acme.example"}, mapping=mapping)
        assert counts(result) == (0, 1, 0, 0)
        assert Person.objects.get().email_key == "new@acme.example"

    def test_one_address_with_two_ids_of_people_is_refused(self, importer: Importer) -> None:
        mapping = LEADS.replace("person.phone", "person.external_id")
        result = importer.leads({**ANN, "phone": "P1"}, {**ANN, "id": "L2", "phone": "P2"}, mapping=mapping)
        assert counts(result) == (1, 0, 0, 1)
        assert "another person in line 2" in result.first_refused[0].message

    def test_an_address_alone_finds_the_person_whose_id_stands_in_another_row(self, importer: Importer) -> None:
        mapping = LEADS.replace("person.phone", "person.external_id") + "  lead.stage: {constant: recycled}\n"
        importer.leads({**ANN, "phone": ""}, {**ANN, "id": "L2", "phone": "P1"}, mapping=mapping)
        assert Person.objects.get().external_id == "P1"


class TestCompanies:
    def test_a_company_is_found_by_its_domain(self, importer: Importer) -> None:
        importer.leads(ANN, {**BOB, "company": "ACME Inc", "domain": "https://www.acme.example/"})
        assert Company.objects.get().name == "ACME Inc"

    def test_a_name_alone_finds_the_company_of_exactly_that_name(self, importer: Importer) -> None:
        importer.leads(ANN, {**BOB, "domain": ""})
        importer.leads({"id": "L3", "company": "acme"})
        assert Company.objects.count() == 2
        assert counts(importer.leads(ANN, {**BOB, "domain": ""}, {"id": "L3", "company": "acme"})) == (0, 0, 3, 0)

    def test_two_companies_with_ids_may_share_a_web_site(self, importer: Importer) -> None:
        mapping = LEADS.replace("person.phone", "company.external_id")
        rows = ({**ANN, "phone": "C1"}, {**BOB, "phone": "C2", "company": "Acme Paris"})
        importer.leads(*rows, mapping=mapping)
        assert list(Company.objects.order_by("external_id").values_list("external_id", "domain")) == [
            ("C1", "acme.example"),
            ("C2", None),
        ]
        assert counts(importer.leads(*rows, mapping=mapping)) == (0, 0, 2, 0)

    def test_a_company_known_by_its_domain_takes_the_id_that_comes(self, importer: Importer) -> None:
        importer.leads(ANN)
        importer.leads({**ANN, "phone": "C1"}, mapping=LEADS.replace("person.phone", "company.external_id"))
        assert Company.objects.get().external_id == "C1"


class TestFieldsOfTheAgreement:
    MAPPING = LEADS.replace("lead.source: source", "lead.budget: source").replace(
        "person.phone: phone", "company.employees: phone"
    )

    def test_they_are_stored_by_their_type(self, revision: Revision, importer: Importer) -> None:
        importer.leads({**ANN, "source": "Approved", "phone": "200"}, mapping=self.MAPPING)
        assert Lead.objects.get().fields == {"budget": "approved"}
        assert Company.objects.get().fields == {"employees": 200}

    def test_a_value_that_is_not_of_the_type_is_refused(self, revision: Revision, importer: Importer) -> None:
        result = importer.leads({**ANN, "source": "aproved", "phone": "200"}, mapping=self.MAPPING)
        assert result.first_refused[0].message == (
            "'source' holds 'aproved', which the agreement does not know for lead.budget; did you mean 'approved'?"
        )

    def test_they_are_merged_field_by_field(self, revision: Revision, importer: Importer) -> None:
        importer.leads({**ANN, "source": "planned", "phone": "200"}, mapping=self.MAPPING)
        Company.objects.update(fields={"employees": 200, "country": "DE"})
        result = importer.leads({**ANN, "source": "", "phone": "300"}, mapping=self.MAPPING)
        assert counts(result) == (0, 1, 0, 0)
        assert Company.objects.get().fields == {"employees": 300, "country": "DE"}

    def test_of_several_rows_of_one_company_the_last_word_counts(self, revision: Revision, importer: Importer) -> None:
        rows = (
            {**ANN, "source": "", "phone": "100"},
            {**BOB, "phone": "200"},
            {**BOB, "id": "L3", "email": "c@d.example"},
        )
        importer.leads(*rows, mapping=self.MAPPING)
        assert Company.objects.get().fields == {"employees": 200}
        assert counts(importer.leads(*rows, mapping=self.MAPPING)) == (0, 0, 3, 0)

    def test_what_is_known_of_a_company_needs_a_company(self, revision: Revision, importer: Importer) -> None:
        result = importer.leads({"id": "L1", "phone": "100"}, mapping=self.MAPPING)
        assert result.first_refused[0].code == "import.no_company"
        importer.leads(ANN, mapping=LEADS)
        result = importer.leads({"id": "L1", "phone": "100"}, mapping=self.MAPPING)
        assert counts(result) == (0, 1, 0, 0)


class TestDuplicates:
    def test_a_row_that_stands_twice_word_for_word_is_taken_once(self, importer: Importer) -> None:
        assert counts(importer.leads(ANN, ANN, ANN)) == (1, 0, 2, 0)

    def test_an_id_that_says_two_things_is_refused_with_the_first_line(self, importer: Importer) -> None:
        result = importer.leads(ANN, BOB, {**ANN, "name": "Annie"})
        assert counts(result) == (2, 0, 0, 1)
        assert (result.first_refused[0].line, result.first_refused[0].message) == (
            4,
            "line 2 has the same id and says something else; keep one of them",
        )
        assert result.first_refused[0].cells[4] == "Annie"


class TestTheRun:
    def test_it_is_kept_with_its_counts_and_told_to_the_audit(self, importer: Importer) -> None:
        result = importer.leads(ANN, {"id": "L2", "email": "no address"})
        run = ImportRun.objects.get(pk=result.run)
        assert (run.rows, run.created, run.refused, run.kind, run.file_name) == (2, 1, 1, "leads", "leads.csv")
        assert len(run.file_sha256) == 64
        assert run.mapping["columns"]["lead.source"] == {"column": "source"}
        assert AuditEntry.objects.get(subject=f"import:{run.pk}").details["created"] == 1
        assert reasons() == [(3, "import.not_an_address")]

    def test_refused_rows_are_written_down_so_that_they_can_be_mended_and_imported(self, importer: Importer) -> None:
        result = importer.leads({**ANN, "email": "ann at acme"}, BOB)
        report = importer.folder / "leads.refused.csv"
        assert result.report == report
        text = report.read_text(encoding="utf-8-sig")
        assert text.splitlines()[0].endswith(",accord_line,accord_reason,accord_more_cells")
        mended = importer.content("leads", text.replace("ann at acme", "ann@acme.example"), name="leads.refused.csv")
        assert counts(mended) == (1, 0, 0, 0)

    def test_strict_refuses_the_file_for_one_row(self, importer: Importer) -> None:
        with pytest.raises(ImportingError, match="1 of 2 rows were refused, the first in line 3") as caught:
            importer.leads(ANN, {"id": "L2", "email": "x"}, strict=True)
        assert caught.value.code == "import.strict"
        assert not Lead.objects.exists()
        assert not ImportRun.objects.exists()
        assert (importer.folder / "leads.refused.csv").exists()

    def test_a_dry_run_reports_and_leaves_everything_as_it_was(self, importer: Importer) -> None:
        result = importer.leads(ANN, {"id": "L2", "email": "x"}, dry_run=True)
        assert counts(result) == (1, 0, 0, 1)
        assert result.run is None
        assert not any(model.objects.exists() for model in (Lead, Person, Company, ImportRun, Deal, AuditEntry))

    def test_a_mapping_of_another_kind_is_refused(self, importer: Importer) -> None:
        with pytest.raises(ImportingError, match="is for leads, not for deals"):
            importer.content("deals", "id\n", LEADS)

    def test_a_column_that_is_not_there_is_named_with_those_that_are(self, importer: Importer) -> None:
        with pytest.raises(ImportingError) as caught:
            importer.content("leads", "id,sauce\n1,x\n")
        assert str(caught.value).startswith("leads.csv:1: the file has no columns 'source', 'since',")
        assert "it has 'id', 'sauce'" in str(caught.value)
        assert not ImportRun.objects.exists()

    def test_a_file_with_a_header_only_is_imported_as_nothing(self, importer: Importer) -> None:
        assert counts(importer.leads()) == (0, 0, 0, 0)

    def test_half_a_row_is_refused_and_the_rest_is_imported(self, importer: Importer) -> None:
        header = "id,source,since,email,name,phone,company,domain\n"
        result = importer.content("leads", header + "1,a,,,,,,\n2,b\n3,c,,,,,,,,\n4,d,,,,,,")
        assert counts(result) == (2, 0, 0, 2)
        assert [row.message for row in result.first_refused] == [
            "the row has 2 cells, the header names 8; was the file cut off?",
            "the row has 10 cells, the header names 8; put cells that hold the delimiter into quotation marks",
        ]


def test_an_imported_telephone_leads_to_its_person_by_the_country_of_their_company(
    importer: Importer, revision: Revision
) -> None:
    columns = ("id", "name", "phone", "company", "country")
    rows = csv_text(columns, [("L1", "Ann", "044 668 18 00", "Acme", "CH"), ("L2", "Bob", "030 23125111", "Bolt", "")])
    mapping = LEADS.split("columns:")[0] + "columns:\n  person.name: name\n  person.phone: phone\n"
    mapping += "  company.name: company\n  company.country: country\n"
    importer.content("leads", rows, mapping)
    importer.content("leads", rows, mapping)
    found = PersonKey.objects.filter(kind="phone").order_by("key").values_list("person__name", "key")
    assert list(found) == [("Ann", "+41446681800"), ("Bob", "+493023125111")]
