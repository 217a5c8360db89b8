"""Leads drawn by lot and judged by both sides apart."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World
from tests.server.disputes.conftest import NOON

from accord.cli.disputes import disputes
from accord.insight import Period
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.disputes.agreeing import agreement
from accord.server.disputes.models import Sample, SampledLead
from accord.server.disputes.opening import DisputeError
from accord.server.disputes.sampling import agreement_on, draw, judge, month_asked
from accord.server.handoffs.decisions import accept, reject
from accord.server.pipeline.models import Lead
from accord.server.scoreboard.queries import laws

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=40)


@pytest.fixture
def decided(world: World) -> list[Lead]:
    """Six leads that were rejected on Monday, four that were accepted, one that waits."""
    leads = [world.offered() for _ in range(11)]
    for lead in leads[:6]:
        reject(lead.pk, reason="wrong_size", by=lead.owner, at=NOON)  # type: ignore[arg-type]
    for lead in leads[6:10]:
        accept(lead.pk, by=lead.owner, at=NOON)  # type: ignore[arg-type]
    return leads


def march() -> Period:
    return month_asked("2026-03", laws().zone)


def offers(sample: Sample) -> list[int]:
    return list(sample.leads.values_list("offer", flat=True))


def test_half_are_rejected_and_half_accepted_each_with_its_evidence(decided: list[Lead], cast: Cast) -> None:
    drawn = draw(march(), 5, 7, by=cast.olga, at=LATER)
    assert Counter(drawn.leads.values_list("decision", flat=True)) == {"rejected": 3, "accepted": 2}
    first = drawn.leads.first()
    assert first is not None
    assert first.pack["criteria_at"] == MONDAY.isoformat()
    assert any(each["says"].startswith("Offered to") for each in first.pack["happened"])


def test_the_same_seed_is_the_same_sample_and_another_another(decided: list[Lead], cast: Cast) -> None:
    drawn = draw(march(), 4, 7, by=cast.olga, at=LATER)
    assert draw(march(), 4, 7, by=cast.mara, at=LATER) == drawn
    assert SampledLead.objects.count() == 4
    others = {tuple(offers(draw(march(), 4, seed, by=cast.olga, at=LATER))) for seed in range(8, 14)}
    assert len({*others, tuple(offers(drawn))}) > 3, "lots differ"


def test_there_are_fewer_where_fewer_were_decided_and_an_error_where_none(decided: list[Lead], cast: Cast) -> None:
    drawn = draw(march(), 20, 1, by=cast.olga, at=LATER)
    assert Counter(drawn.leads.values_list("decision", flat=True)) == {"rejected": 6, "accepted": 4}
    with pytest.raises(DisputeError, match="no lead was decided"):
        draw(month_asked("2026-02", laws().zone), 20, 1, by=cast.olga, at=LATER)
    assert Sample.objects.count() == 1


@pytest.mark.parametrize("text", ["2026-13", "2026", "", "2026-3", "x" * 99, "0001-01", "9999-12", "2026-03-01"])
def test_a_month_is_said_in_one_way(revision: Revision, text: str) -> None:
    with pytest.raises(DisputeError, match="no month"):
        month_asked(text, laws().zone)


@pytest.mark.parametrize(("size", "seed"), [(1, 0), (101, 0), (20, -1), (20, 2**31)])
def test_sizes_and_seeds_have_bounds(decided: list[Lead], cast: Cast, size: int, seed: int) -> None:
    with pytest.raises(DisputeError):
        draw(march(), size, seed, by=cast.olga, at=LATER)


def test_both_sides_judge_and_their_agreement_is_counted(decided: list[Lead], cast: Cast) -> None:
    one, two, three = draw(march(), 3, 1, by=cast.olga, at=LATER).leads.all()
    judge(one.pk, good=True, by=cast.mara, at=LATER)
    judge(one.pk, good=False, by=cast.mara, at=LATER)
    judge(one.pk, good=False, by=cast.tom, at=LATER)
    judge(two.pk, good=True, by=cast.mara, at=LATER)
    judge(two.pk, good=False, by=cast.sven, at=LATER)
    judge(three.pk, good=True, by=cast.mara, at=LATER)
    found = agreement_on(one.sample)
    assert (found.both, found.same, found.rate, found.kappa) == (2, 1, 0.5, None)
    with pytest.raises(DisputeError, match="both sides have judged"):
        judge(one.pk, good=True, by=cast.mara, at=LATER)
    for user in (cast.olga, cast.xenia, cast.alma):
        with pytest.raises(AccessError):
            judge(three.pk, good=True, by=user, at=LATER)
    with pytest.raises(DisputeError, match="no such lead"):
        judge(three.pk + 1, good=True, by=cast.mara, at=LATER)


def test_kappa_is_given_from_twenty_on() -> None:
    """Nineteen leads say too little."""
    split = [(True, True)] * 9 + [(True, False)] * 2 + [(False, True)] * 3 + [(False, False)] * 6
    found = agreement(split)
    assert found.rate == 0.75
    # Yes by the one 11, by the other 12: by chance (11 * 12 + 9 * 8) / 400 = 0.51; (0.75 - 0.51) / 0.49
    assert found.kappa == pytest.approx(0.24 / 0.49)
    assert agreement(split[1:]).kappa is None
    assert agreement([(True, True)] * 20).kappa is None, "chance alone agrees always"
    assert agreement([]).rate is None


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_sample_is_drawn_and_judged_on_its_pages(decided: list[Lead], cast: Cast) -> None:
    mara, tom = client_of(cast.mara), client_of(cast.tom)
    assert "No sample has been drawn yet" in mara.get("/disputes/samples/").content.decode()
    assert mara.post("/disputes/samples/", {"month": "2026-02", "size": 2}).status_code == 422
    assert client_of(cast.xenia).post("/disputes/samples/", {"month": "2026-03", "size": 2}).status_code == 403
    assert mara.post("/disputes/samples/", {"month": "2026-03", "size": 2, "seed": 5}).status_code == 302
    one, two = SampledLead.objects.all()
    assert mara.post(f"/disputes/samples/leads/{one.pk}/judge/", {"good": "maybe"}).status_code == 422
    went = mara.post(f"/disputes/samples/leads/{one.pk}/judge/", {"good": "yes"})
    assert went["Location"] == f"/disputes/samples/leads/{two.pk}/", "to the next one"
    assert mara.post(f"/disputes/samples/leads/{two.pk}/judge/", {"good": "no"})["Location"].endswith(
        f"/samples/{one.sample_id}/"
    )
    seen = tom.get(f"/disputes/samples/leads/{one.pk}/").content.decode()
    assert 'Marketing: <span class="quiet">not yet shown' in seen, "sales does not follow marketing"
    tom.post(f"/disputes/samples/leads/{one.pk}/judge/", {"good": "yes"})
    seen = tom.get(f"/disputes/samples/leads/{one.pk}/").content.decode()
    assert "not yet shown" not in seen
    assert 'name="good"' not in seen, "it stands"
    assert "1 of 1" in tom.get(f"/disputes/samples/{one.sample_id}/").content.decode()
    assert "100" in tom.get("/disputes/samples/").content.decode()


def test_the_command_draws_and_says_the_seed(decided: list[Lead], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
    asked = ["sample", "--month", "2026-03", "--size", "4"]
    run = CliRunner().invoke(disputes, [*asked, "--seed", "9"], catch_exceptions=False)
    drawn = Sample.objects.get()
    assert run.output.splitlines()[-1] == f"4 drawn with seed 9. Judge them at /disputes/samples/{drawn.pk}/."
    again = CliRunner().invoke(disputes, [*asked, "--seed", "9", "--json"], catch_exceptions=False)
    said = json.loads(again.output)
    assert (said["sample"], said["seed"], len(said["leads"])) == (drawn.pk, 9, 4)
    assert {each["decision"] for each in said["leads"]} == {"rejected", "accepted"}
    assert drawn.drawn_by is None
    with pytest.raises(DisputeError):
        CliRunner().invoke(disputes, ["sample", "--month", "x"], catch_exceptions=False)
