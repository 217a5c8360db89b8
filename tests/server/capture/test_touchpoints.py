"""Importing touchpoints: whose they are, once each, and the leads that they have judged."""

from datetime import UTC, datetime, timedelta

from tests.server.capture.conftest import LEADS, NOW, Importer, counts
from tests.server.capture.test_leads import ANN, BOB
from tests.server.conftest import Cast

from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose, sign
from accord.server.capture.qualifying import qualify_due
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead

FORM = {
    "id": "T1",
    "at": "2026-02-28T10:00:00Z",
    "event": "form_submitted",
    "email": "ann@ACME.example",
    "form": "demo",
}
PAGE = {"id": "T2", "at": "2026-02-28T11:00:00Z", "event": "page_viewed", "lead": "L2", "minutes": "3"}


def test_a_row_becomes_a_touchpoint_of_the_person_with_that_address(importer: Importer) -> None:
    importer.leads(ANN)
    assert counts(importer.touchpoints({**FORM, "source": "social"})) == (1, 0, 0, 0)
    touch = Touchpoint.objects.get()
    assert (touch.message_id, touch.person, touch.event, touch.source) == (
        "T1",
        Person.objects.get(),
        "form_submitted",
        "social",
    )
    assert (touch.at, touch.received_at) == (datetime(2026, 2, 28, 10, tzinfo=UTC), NOW)
    assert touch.properties == {"form": "demo"}


def test_a_property_is_a_number_where_the_mapping_says_so(importer: Importer) -> None:
    importer.leads(BOB)
    importer.touchpoints(PAGE)
    assert Touchpoint.objects.get().properties == {"minutes": 3}


def test_a_second_import_changes_nothing_and_has_nobody_judged(importer: Importer) -> None:
    importer.leads(ANN, BOB)
    importer.touchpoints(FORM, PAGE)
    Lead.objects.update(review_at=None)
    assert counts(importer.touchpoints(FORM, PAGE)) == (0, 0, 2, 0)
    assert not Lead.objects.exclude(review_at=None).exists()


def test_only_the_leads_of_the_people_concerned_are_judged(importer: Importer) -> None:
    importer.leads(ANN, BOB)
    Lead.objects.update(review_at=None)
    importer.touchpoints(FORM, at=NOW + timedelta(hours=1))
    assert list(Lead.objects.filter(review_at=NOW + timedelta(hours=1)).values_list("external_id", flat=True)) == ["L1"]


def test_a_recycled_lead_is_judged_too_since_a_trigger_may_bring_it_back(importer: Importer) -> None:
    importer.leads(ANN, mapping=LEADS + "  lead.stage: {constant: recycled}\n")
    importer.touchpoints(FORM)
    assert Lead.objects.get().review_at == NOW


def test_a_recycled_lead_that_another_has_followed_is_left_alone(importer: Importer) -> None:
    importer.leads(ANN, mapping=LEADS + "  lead.stage: {constant: recycled}\n")
    importer.leads({**ANN, "id": "L5"})
    Lead.objects.update(review_at=None)
    importer.touchpoints(FORM)
    assert list(Lead.objects.filter(review_at=NOW).values_list("external_id", flat=True)) == ["L5"]


def test_the_touchpoint_of_somebody_unknown_is_refused_with_the_reason(importer: Importer) -> None:
    result = importer.touchpoints(FORM, {**FORM, "id": "T3", "email": ""})
    assert counts(result) == (0, 0, 0, 2)
    assert [row.message for row in result.first_refused] == [
        "nobody here has 'ann@acme.example'; import the leads first",
        "it does not say whose touchpoint it is",
    ]


def test_a_row_that_names_two_people_is_refused(importer: Importer) -> None:
    importer.leads(ANN, BOB)
    assert counts(importer.touchpoints({**FORM, "lead": "L2"})) == (0, 0, 0, 1)


def test_an_id_that_says_two_things_is_refused_and_word_for_word_the_same_is_taken_once(importer: Importer) -> None:
    importer.leads(ANN)
    result = importer.touchpoints(FORM, FORM, {**FORM, "form": "contact"})
    assert counts(result) == (1, 0, 1, 1)
    assert result.first_refused[0].line == 4


def test_what_every_touchpoint_needs_is_asked_for(importer: Importer) -> None:
    importer.leads(ANN)
    result = importer.touchpoints({**FORM, "at": ""}, {**FORM, "event": ""}, {**FORM, "id": ""})
    assert [row.message for row in result.first_refused] == [
        "'at' is empty; every row needs touchpoint.at",
        "'event' is empty; every row needs touchpoint.event",
        "'id' is empty; every row needs id",
    ]


def test_what_was_imported_is_judged_and_offered_by_the_agreement(revision: Revision, importer: Importer) -> None:
    importer.leads(ANN, BOB)
    importer.touchpoints(FORM)
    said = qualify_due(NOW)
    assert (said.judged, said.ready, said.offered) == (2, 1, 1)
    lead = Lead.objects.get(external_id="L1")
    assert (lead.stage, lead.ready_via) == ("mql", "fast_lane")
    assert lead.offers.count() == 1
    assert qualify_due(NOW).judged == 0
    assert qualify_due(NOW, everything=True).judged == 2


def test_the_leads_of_colleagues_are_judged_too_where_the_agreement_asks_what_they_do(
    importer: Importer, revision: Revision, cast: Cast
) -> None:
    importer.leads(ANN, BOB)
    text = revision.text.replace("where: [{property: form, is: demo}]", "people: 2", 1)
    asking = propose(text, "agreement.yaml", reason="together", by=cast.olga, at=NOW)
    sign(asking.number, by=cast.mara, at=NOW)

    def judged_after(touchpoint: dict[str, str], hours: int) -> list[str | None]:
        Lead.objects.update(review_at=None)
        importer.touchpoints(touchpoint, at=NOW + timedelta(hours=hours))
        return sorted(Lead.objects.exclude(review_at=None).values_list("external_id", flat=True))

    assert judged_after(FORM, 1) == ["L1"]
    sign(asking.number, by=cast.priya, at=NOW)
    assert judged_after({**FORM, "id": "T9"}, 2) == ["L1", "L2"]
