"""Jobs of the pipeline that have nothing to do yet."""

import pytest
from tests.server.conftest import MONDAY, Cast

from accord.server.people.models import Person
from accord.server.pipeline.jobs import judge_due_leads, review_open_leads
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead


@pytest.mark.parametrize("job", [judge_due_leads, review_open_leads])
def test_before_an_agreement_is_in_force_jobs_wait_without_failing(cast: Cast, job: object) -> None:
    """Leads are imported before anybody has signed; a job that fails each minute would fill the log meanwhile."""
    lead = open_lead(Person.objects.create(name="Ann", created_at=MONDAY), at=MONDAY)
    job()  # type: ignore[operator]
    assert Lead.objects.get(pk=lead.pk).review_at is not None
