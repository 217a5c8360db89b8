"""Merges of people and companies: what is kept and why, what follows, what comes back."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.server.capture.conftest import LEADS, Importer, csv_text, importer  # noqa: F401  # a fixture
from tests.server.conftest import MONDAY, World
from tests.server.duplicates.records import stored

from accord.server.accounts.models import AuditEntry
from accord.server.agreements.services import in_force
from accord.server.companies.models import Outreach
from accord.server.duplicates.merging import MergeError, constraints_on, merge, older, relations
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.queries import now_known_as
from accord.server.duplicates.unmerging import LaterFirstError, unmerge
from accord.server.handoffs.decisions import accept, fill_in
from accord.server.handoffs.models import Clock, Offer
from accord.server.people.identity import Claim, company_of, identify, works_at
from accord.server.people.models import Company, FieldChange, NetworkCorrection, Person, PersonKey, Touchpoint, Visitor
from accord.server.people.telephones import keep_phone, people_by_phone
from accord.server.people.visiting import seen
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName
from accord.server.pipeline.past import past_of
from accord.server.pipeline.services import end, open_lead

LATER = MONDAY + timedelta(hours=1)
NEXT = MONDAY + timedelta(hours=2)


def person(name: str, **more: object) -> Person:
    email = more.pop("email", f"{name.lower()}@a.example")
    return Person.objects.create(name=name, email=email, email_key=email or None, created_at=MONDAY, **more)


def together(one: Person, other: Person, world: World, **chosen: bool) -> Merge:
    return merge(Kind.PERSON, one.pk, other.pk, at=LATER, by=world.cast.olga, chosen=chosen)


def explained(merge: Merge) -> dict[str, tuple[object, object, str]]:
    return {each["field"]: (each["value"], each["other"], each["why"]) for each in merge.explained}


class TestWhatIsKept:
    def test_each_field_says_whose_it_is_and_why(self, world: World) -> None:
        ada = person("Ada", fields={"title": "CTO"})
        acme = Company.objects.create(name="Acme", created_at=MONDAY)
        other = person("A. Lovelace", email="al@a.example", phone="030 23125111", company=acme, fields={"title": "cto"})
        done = together(ada, other, world, name=True)
        assert explained(done) == {
            "company_id": ("Acme", None, "taken from A. Lovelace: Ada had none"),
            "email": ("ada@a.example", "al@a.example", "kept from Ada, the record that stays"),
            "fields.title": ("CTO", "cto", "kept from Ada, the record that stays"),
            "name": ("A. Lovelace", "Ada", "taken from A. Lovelace: it was chosen"),
            "phone": ("030 23125111", None, "taken from A. Lovelace: Ada had none"),
        }
        ada.refresh_from_db()
        assert (ada.name, ada.email, ada.phone, ada.company) == ("A. Lovelace", "ada@a.example", "030 23125111", acme)
        changes = (
            FieldChange.objects.filter(changed_by="merge").order_by("field").values_list("field", "before", "after")
        )
        assert list(changes) == [
            ("company", None, acme.pk),
            ("person.name", "Ada", "A. Lovelace"),
            ("person.phone", None, "030 23125111"),
        ]
        assert AuditEntry.objects.get(action="person.merged").subject == f"person:{ada.pk}"

    def test_the_older_record_stays_if_nobody_chooses(self, world: World) -> None:
        ada, other = person("Ada"), person("A")
        Person.objects.filter(pk=ada.pk).update(created_at=LATER)
        assert older(Kind.PERSON, ada.pk, other.pk) == other.pk

    def test_a_real_foreign_id_counts_before_one_made_of_a_lead(self, world: World) -> None:
        ada, other = person("Ada", external_id="lead:7"), person("A", external_id="P1")
        together(ada, other, world)
        assert Person.objects.get(pk=ada.pk).external_id == "P1"
        assert PersonKey.objects.get(kind="external").key == "lead:7"

    def test_merging_twice_or_with_itself_does_nothing(self, world: World) -> None:
        ada, other = person("Ada"), person("A")
        assert together(ada, other, world) == together(ada, other, world)
        for pair in ((ada.pk, ada.pk), (other.pk, ada.pk)):
            with pytest.raises(MergeError, match="one already"):
                merge(Kind.PERSON, *pair, at=LATER, by=None)
        with pytest.raises(MergeError, match="no person 999999"):
            merge(Kind.PERSON, ada.pk, 999999, at=LATER, by=None)


class TestWhatFollows:
    """Lesson 12: the old id redirects, the visitor's cookie follows."""

    def test_the_cookie_the_account_the_address_and_the_telephone_lead_to_the_survivor(self, world: World) -> None:
        ada = person("Ada")
        other = identify(
            Claim(user_id="u1", email="al@a.example", email_key="al@a.example", phone="030 23125111"), MONDAY
        )
        assert other is not None
        visitor = seen({"browser": [MONDAY]})["browser"]
        visitor.person = other
        visitor.save()
        Touchpoint.objects.create(
            message_id="m", visitor=visitor, person=other, event="call", at=MONDAY, received_at=MONDAY
        )
        together(ada, other, world)
        assert Visitor.objects.get().person == Touchpoint.objects.get().person == ada
        assert people_by_phone("030 23125111") == [ada]
        for claim in (Claim(user_id="u1"), Claim(email_key="al@a.example", email="al@a.example")):
            assert identify(claim, LATER) == ada

    def test_old_ids_redirect_along_a_chain(self, world: World) -> None:
        a, b, c = (Company.objects.create(name=name, created_at=MONDAY) for name in "ABC")
        merge(Kind.COMPANY, b.pk, a.pk, at=LATER, by=None)
        merge(Kind.COMPANY, c.pk, b.pk, at=LATER, by=None)
        assert [now_known_as(Kind.COMPANY, each.pk) for each in (a, b, c)] == [c.pk] * 3
        assert now_known_as(Kind.PERSON, a.pk) == a.pk

    def test_a_company_is_found_by_its_former_domain_and_name(self, world: World) -> None:
        a = Company.objects.create(name="Acme", domain="acme.example", created_at=MONDAY)
        b = Company.objects.create(name="ACME GmbH", domain="acme-old.example", created_at=MONDAY)
        merge(Kind.COMPANY, a.pk, b.pk, at=LATER, by=None)
        assert company_of("acme-old.example") == company_of("", "acme gmbh") == a
        assert works_at(person("Ada"), "acme-old.example", "", (), LATER, trusted=True) == a
        assert works_at(person("Bob"), "", "ACME GmbH", (), LATER, trusted=True) == a
        assert Company.objects.count() == 1

    def test_an_import_that_names_the_former_ids_means_the_survivor(self, importer: Importer, world: World) -> None:  # noqa: F811
        ada = person("Ada", email="ada@a.example", external_id="P1")
        other = person("A", email="al@a.example", external_id="P2")
        acme = Company.objects.create(name="Acme", external_id="C1", domain="acme.example", created_at=MONDAY)
        old = Company.objects.create(name="ACME GmbH", external_id="C2", domain="acme-old.example", created_at=MONDAY)
        together(ada, other, world)
        merge(Kind.COMPANY, acme.pk, old.pk, at=LATER, by=None)
        mapping = LEADS.split("columns:")[0] + "columns:\n  person.external_id: p\n  person.email: e\n"
        mapping += "  company.external_id: c\n  company.domain: d\n"
        columns, row = ("id", "p", "e", "c", "d"), ("L1", "P2", "AL@a.example", "C2", "acme-old.example")
        for _ in range(2):
            assert importer.content("leads", csv_text(columns, [row]), mapping).first_refused == ()
        ada.refresh_from_db()
        assert Lead.objects.get().person == ada
        assert (ada.email, ada.external_id, ada.company) == ("ada@a.example", "P1", acme)
        assert (Person.objects.count(), Company.objects.count() - 1) == (1, 0)
        touch = {"id": "T", "at": "2026-03-01", "event": "call", "email": "al@a.example"}
        assert importer.touchpoints(touch).refused == 0
        assert Touchpoint.objects.get().person == ada

    def test_what_a_company_has_goes_with_it_and_stands_once(self, world: World) -> None:
        a, b = (Company.objects.create(name=name, created_at=MONDAY) for name in "AB")
        for each in (a, b):
            Outreach.objects.create(company=each, by=world.cast.mara, at=MONDAY)
            NetworkCorrection.objects.create(
                organisation="NET", company=each, holds=True, by=world.cast.mara, at=MONDAY
            )
        worker = person("Ada", company=b)
        open_deal(open_lead(worker, at=MONDAY), name="D", amount=None, currency="EUR", by=world.cast.priya, at=MONDAY)
        done = merge(Kind.COMPANY, a.pk, b.pk, at=LATER, by=None)
        worker.refresh_from_db()
        assert worker.company == Outreach.objects.get().company == NetworkCorrection.objects.get().company == a
        assert Deal.objects.get().company == a
        unmerge(done.pk, at=NEXT, by=None)
        assert Deal.objects.get().company == b

    @pytest.mark.parametrize("model", [Person, Company])
    def test_every_relation_is_one_that_a_merge_can_handle(self, model: type[Person] | type[Company]) -> None:
        """What stands twice is held row by row: nothing may point to such a row. Leads are handled by themselves."""
        found = {related.__name__: field for related, field in relations(model)}
        assert (
            set(found)
            == {
                Person: {"PersonKey", "Visitor", "Touchpoint", "Lead", "BacktestPerson", "Call"},
                Company: {"CompanyKey", "Person", "Visit", "NetworkCorrection", "Outreach", "Call", "Deal"},
            }[model]
        )
        for related, field in relations(model):
            if related is not Lead and list(constraints_on(related, field.name)):
                assert list(relations(related)) == [], related

    def test_the_database_refuses_a_merge_that_would_leave_something_behind(self, world: World) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
                "WHERE contype = 'f' AND confrelid IN ('people_person'::regclass, 'people_company'::regclass)"
            )
            in_database = set(cursor.fetchall())
        known = {
            (related._meta.db_table, model._meta.db_table)
            for model in (Person, Company)
            for related, _ in relations(model)
        }
        assert in_database == known


class TestTwoOpenLeads:
    def test_the_one_further_along_goes_on_and_the_other_ends_with_its_clocks(self, world: World) -> None:
        ahead, behind = world.offered(), world.offered()
        accept(ahead.pk, by=ahead.owner, at=MONDAY + timedelta(minutes=5))
        Lead.objects.filter(pk=behind.pk).update(
            fields={"budget": "planned"}, first_contact_at=MONDAY - timedelta(days=9)
        )
        done = merge(Kind.PERSON, behind.person_id, ahead.person_id, at=LATER, by=world.cast.olga)
        ahead.refresh_from_db()
        behind.refresh_from_db()
        assert ahead.person_id == behind.person_id == done.survivor
        assert (ahead.stage, ahead.ended_at, ahead.cycle) == ("sal", None, 1)
        assert (behind.stage, behind.ended_at, behind.end_reason, behind.cycle) == ("disqualified", LATER, "merged", 0)
        assert behind.merged_into == ahead
        assert (ahead.fields, ahead.first_contact_at) == ({"budget": "planned"}, MONDAY - timedelta(days=9))
        assert Offer.objects.get(lead=behind).status == "withdrawn"
        assert not Clock.objects.filter(offer__lead=behind, stopped_at=None).exists()
        assert Clock.objects.filter(offer__lead=ahead, stopped_at=None).exists()
        assert f"lead {ahead.pk} of the same person goes on" in behind.stage_changes.last().reason

    def test_an_open_deal_goes_on_with_the_lead_that_does(self, world: World) -> None:
        one, other = world.offered(), world.offered()
        for lead in (one, other):
            accept(lead.pk, by=lead.owner, at=MONDAY)
            lead.refresh_from_db()
            open_deal(lead, name="D", amount=None, currency="EUR", by=lead.owner, at=MONDAY)
        merge(Kind.PERSON, one.person_id, other.person_id, at=LATER, by=None)
        open_one = Lead.objects.get(ended_at=None)
        assert open_one.deals.filter(outcome="open").count() == 2

    def test_a_new_lead_is_the_next_cycle(self, world: World) -> None:
        one, other = world.lead(), world.lead()
        merge(Kind.PERSON, one.person_id, other.person_id, at=LATER, by=None)
        assert sorted(Lead.objects.values_list("cycle", flat=True)) == [0, 1]
        running = open_lead(one.person, at=NEXT)
        assert running.cycle == 1
        end(running, StageName.RECYCLED, at=NEXT, decided_by=DecidedBy.USER, reason="not_now", user=world.cast.priya)
        assert open_lead(one.person, at=NEXT).cycle == 2


class TestTheWayBack:
    def test_everything_stands_as_before(self, world: World) -> None:
        ahead, behind = world.offered(), world.offered()
        keep_phone(ahead.person)
        keep_phone(behind.person)
        accept(ahead.pk, by=ahead.owner, at=MONDAY)
        before = stored()
        done = merge(
            Kind.PERSON, behind.person_id, ahead.person_id, at=LATER, by=world.cast.olga, chosen={"email": True}
        )
        assert stored() != before
        done = unmerge(done.pk, at=NEXT, by=world.cast.mara)
        assert stored() == before
        assert (done.stayed, done.undone_by) == ([], world.cast.mara)
        assert unmerge(done.pk, at=NEXT, by=world.cast.olga) == done
        assert now_known_as(Kind.PERSON, done.merged) == done.merged

    def test_what_came_later_stays_with_the_survivor_and_is_said(self, world: World) -> None:
        one, other = world.lead(phone=""), world.lead()
        done = merge(Kind.PERSON, one.person_id, other.person_id, at=LATER, by=world.cast.olga)
        left = Lead.objects.get(ended_at=None)
        fill_in(left.pk, {"person.phone": "030 23125222"}, by=world.cast.olga, at=NEXT)
        done = unmerge(done.pk, at=NEXT, by=world.cast.olga)
        one.person.refresh_from_db()
        assert one.person.phone == "030 23125222"
        assert done.stayed == ["phone of Person 1 was changed since and stays"]
        assert Person.objects.get(pk=done.merged).phone == "+49 89 1234"

    def test_a_lead_that_was_opened_since_stays_and_an_ended_one_is_not_opened_beside_it(self, world: World) -> None:
        ahead, behind = world.offered(), world.lead()
        done = merge(Kind.PERSON, behind.person_id, ahead.person_id, at=LATER, by=world.cast.olga)
        ahead.refresh_from_db()
        with transaction.atomic():
            end(ahead, StageName.RECYCLED, at=NEXT, decided_by=DecidedBy.USER, reason="not_now", user=world.cast.priya)
        fresh = open_lead(behind.person, at=NEXT)
        done = unmerge(done.pk, at=NEXT + timedelta(hours=1), by=world.cast.olga)
        for lead in (ahead, behind, fresh):
            lead.refresh_from_db()
        assert (ahead.person_id, ahead.cycle, ahead.stage) == (done.merged, 1, "recycled")
        assert (behind.person_id, behind.cycle, behind.end_reason) == (done.survivor, 0, "merged")
        assert behind.merged_into == fresh
        assert (fresh.person_id, fresh.cycle, fresh.ended_at) == (done.survivor, 2, None)
        assert done.stayed == [
            "1 lead opened since stay with the survivor",
            f"lead {behind.pk} stays ended: another of the same person was opened since",
        ]

    def test_the_last_merge_of_a_survivor_comes_first(self, world: World) -> None:
        a, b, c = person("A"), person("B"), person("C")
        first, second = together(a, b, world), together(c, a, world)
        with pytest.raises(LaterFirstError, match="A was merged with C since"):
            unmerge(first.pk, at=NEXT, by=None)
        unmerge(second.pk, at=NEXT, by=None)
        unmerge(first.pk, at=NEXT, by=None)
        assert Person.objects.count() == 3

    def test_who_comes_back_works_at_what_their_company_was_merged_into(self, world: World) -> None:
        x, y = (Company.objects.create(name=name, created_at=MONDAY) for name in "XY")
        a, b = person("A"), person("B", company=y)
        before = stored()
        people = together(a, b, world)
        companies = merge(Kind.COMPANY, x.pk, y.pk, at=LATER, by=None)
        unmerge(people.pk, at=NEXT, by=None)
        assert Person.objects.get(name="B").company == x
        unmerge(companies.pk, at=NEXT, by=None)
        assert stored() == before

    def test_an_address_that_somebody_has_taken_since_stays_theirs(self, world: World) -> None:
        a, b = person("A"), person("B")
        done = together(a, b, world)
        PersonKey.objects.filter(kind="email").delete()
        thief = person("T", email="b@a.example")
        done = unmerge(done.pk, at=NEXT, by=None)
        assert (Person.objects.get(name="B").email_key, thief.email_key) == (None, "b@a.example")
        assert done.stayed == ["email_key b@a.example is somebody else's now"]


def test_the_past_of_the_survivor_is_still_what_it_was(world: World, revision: object) -> None:
    lead, other = world.lead(phone=""), world.lead(phone="030 23125111")
    merge(Kind.PERSON, lead.person_id, other.person_id, at=LATER, by=world.cast.olga)
    lead = Lead.objects.select_related("person__company").get(pk=lead.pk)
    agreement = in_force().agreement
    assert past_of(lead, agreement, MONDAY).facts.fields.get("person.phone") is None
    assert past_of(lead, agreement, NEXT).facts.fields["person.phone"] == "030 23125111"
