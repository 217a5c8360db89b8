"""Where a new lead of an import enters the funnel: where the agreement in force lets any new lead enter."""

from datetime import timedelta

import pytest
from tests.server.capture.conftest import LEADS, NOW, Importer
from tests.server.conftest import AGREEMENT, Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose, sign
from accord.server.handoffs.offers import offer_ready
from accord.server.people.models import Company
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead, StageChange

ANN = {"id": "L1", "email": "ann@acme.example", "company": "Acme", "domain": "acme.example"}
GATED = AGREEMENT.read_text("utf-8").replace("stages:\n", "stages:\n  lead: {when: right_company}\n")


@pytest.fixture
def gated(revision: Revision, cast: Cast) -> Revision:  # noqa: F811
    """The agreement with a gate for leads, in force."""
    at = NOW - timedelta(days=1)
    proposed = propose(GATED, "agreement.yaml", reason="a gate for leads", by=cast.olga, at=at)
    sign(proposed.number, by=cast.mara, at=at)
    return sign(proposed.number, by=cast.priya, at=at)


def entered() -> tuple[str, str]:
    return Lead.objects.get().stage, StageChange.objects.earliest("pk").to_stage


def test_without_a_gate_a_new_lead_is_a_lead(revision: Revision, importer: Importer) -> None:  # noqa: F811
    importer.leads(ANN)
    assert entered() == ("lead", "lead")


def test_with_a_gate_for_leads_a_new_lead_is_a_subscriber_until_it_is_judged(
    gated: Revision, importer: Importer
) -> None:
    importer.leads(ANN)
    assert entered() == ("subscriber", "subscriber")

    judge_due(NOW)
    assert Lead.objects.get().stage == "subscriber"  # nothing says that it is the right company


def test_a_declared_stage_is_kept_whatever_the_gates(gated: Revision, importer: Importer) -> None:
    importer.leads(ANN, mapping=LEADS + "  lead.stage: {constant: lead}\n")
    assert entered() == ("lead", "lead")


def test_an_imported_mql_is_history_until_it_asks_to_talk(revision: Revision, world: World, importer: Importer) -> None:  # noqa: F811
    importer.leads(ANN | {"phone": "+49 89 1"}, mapping=LEADS + "  lead.stage: {constant: mql}\n")
    lead = Lead.objects.get()
    world.happens(lead, "webinar_attended", NOW)
    assert (judge_due(NOW).leads, offer_ready(NOW)) == (1, 0)

    world.happens(lead, "form_submitted", NOW, form="demo")
    judge_due(NOW)
    assert offer_ready(NOW) == 1
    lead.refresh_from_db()
    assert (lead.owner is not None, lead.ready_via, lead.stage) == (True, "fast_lane", "mql")


def test_an_imported_lead_without_a_stage_is_offered_when_it_is_ready(
    revision: Revision,  # noqa: F811
    world: World,  # noqa: F811
    importer: Importer,
) -> None:
    importer.leads(ANN | {"phone": "+49 89 1"})
    lead = Lead.objects.select_related("person__company").get()
    assert lead.person.company is not None
    Company.objects.update(fields={"employees": 200})
    world.happens(lead, "webinar_attended", NOW)
    judge_due(NOW)
    assert offer_ready(NOW) == 1
