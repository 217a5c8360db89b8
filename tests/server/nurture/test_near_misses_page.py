"""The page of near misses, as everybody who may and may not see it."""

import csv
import io

from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import SignIn

from accord.server.accounts.models import AuditEntry
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

PAGE, EXPORT = "/near-misses/", "/near-misses/export/"


def test_it_names_what_is_missing_how_often_and_what_would_close_it(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.mql(employees=49)
    said = sign_in(cast.mara).get(PAGE).content.decode()
    assert "<strong>1</strong> open lead is one thing away from sales" in said
    assert "Company employees is at least 50 (now 49, 1 short)." in said
    assert f'href="/leads/{lead.pk}/"' in said


def test_it_is_narrowed_sorted_and_searched(world: World, cast: Cast, sign_in: SignIn) -> None:
    small, idle = world.mql(employees=49), world.lead()
    judge_due(MONDAY)
    client = sign_in(cast.olga)

    def shown(query: str) -> list[int]:
        return [row.lead_id for row in client.get(f"{PAGE}?{query}").context["page"]]

    assert shown("lacks=right_company") == [small.pk]
    assert shown("lacks=mql%5B1%5D") == [idle.pk]
    assert shown("sort=engagement") == [idle.pk, small.pk]
    assert shown(f"q={small.person.email}") == [small.pk]
    assert shown("lacks=nonsense") == []
    assert shown("sort=nonsense&page=99") == [idle.pk, small.pk]
    assert shown("closest=1") == []


def test_nothing_to_show_says_when_something_will(world: World, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.mara)
    assert "No near misses" in client.get(PAGE).content.decode()
    world.lead()
    judge_due(MONDAY)
    assert "No near miss like that" in client.get(f"{PAGE}?q=zzz").content.decode()


def test_without_an_agreement_it_says_what_is_needed(cast: Cast, sign_in: SignIn) -> None:
    assert "No agreement is in force" in sign_in(cast.mara).get(PAGE).content.decode()


def test_the_file_holds_every_row_and_the_log_who_took_it(world: World, cast: Cast, sign_in: SignIn) -> None:
    world.mql(employees=49)
    world.lead()
    judge_due(MONDAY)
    answer = sign_in(cast.mara).get(f"{EXPORT}?lacks=right_company")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["What would close it"] for row in rows] == ["company employees is at least 50 (now 49, 1 short)"]
    assert AuditEntry.objects.get(action="near_misses.exported").actor == cast.mara


def test_a_manager_of_sales_reads_it_and_is_offered_it_and_others_of_sales_are_not(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    assert sign_in(cast.sven).get(PAGE).status_code == 200
    assert PAGE in sign_in(cast.sven).get("/queue/").content.decode()
    assert PAGE not in sign_in(cast.priya).get("/queue/").content.decode()
    for other in (cast.priya, cast.alma):
        assert {sign_in(other).get(path).status_code for path in (PAGE, EXPORT)} == {403}


def test_however_many_there_are_it_asks_the_database_as_often(
    world: World, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        world.mql(employees=49)
    client = sign_in(cast.mara)
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(PAGE)


def test_the_page_of_a_lead_says_what_would_close_it_and_what_is_agreed_to_be_done(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    plan = (
        "nurture:\n  - {for: right_company, by: agency, with: a call script, when: {score: engagement, at_least: 10}}\n"
    )
    world.agree(("routing:\n", f"{plan}routing:\n"))
    near, over, idle = world.mql(employees=49), world.offered(), world.lead(employees=49)
    judge_due(MONDAY)
    client = sign_in(cast.priya)

    def said(lead: Lead) -> str:
        return client.get(f"/near-misses/of/{lead.pk}/").content.decode()

    assert f'hx-get="/near-misses/of/{near.pk}/"' in client.get(f"/leads/{near.pk}/").content.decode()
    assert "50 or more staff</strong>: company employees is at least 50 (now 49, 1 short)." in said(near)
    assert "the agency works on it with “a call script”" in said(near)
    assert "Others like it" not in said(near)
    assert (said(over).strip(), said(idle).strip()) == ("", "")
    assert sign_in(cast.alma).get(f"/near-misses/of/{near.pk}/").status_code == 403
    assert client.get("/near-misses/of/999999/").status_code == 404


def test_the_list_says_what_is_agreed_only_where_the_plan_is_for_such_a_lead(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    plan = "nurture:\n  - {for: right_company, by: agency, when: {field: company.country, is: AT}}\n"
    world.agree(("routing:\n", f"{plan}routing:\n"))
    world.mql(employees=49)
    assert "the agency works on it" not in sign_in(cast.mara).get(PAGE).content.decode()


def test_a_lead_that_was_closed_a_moment_ago_says_that_it_is_on_its_way(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    lead = world.mql(employees=49)
    assert lead.person.company is not None
    lead.person.company.fields["employees"] = 60
    lead.person.company.save()
    assert "Nothing any more: it is on its way to sales." in sign_in(cast.mara).get(PAGE).content.decode()


def test_a_page_of_sales_asks_once_whether_somebody_manages_a_team(world: World, cast: Cast, sign_in: SignIn) -> None:
    """The navigation offers them the board and near misses by the same answer."""
    client = sign_in(cast.sven)
    for page in ("/leads/", PAGE):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        asked = [
            each["sql"] for each in queries if 'FROM "accounts_team" WHERE "accounts_team"."manager_id"' in each["sql"]
        ]
        assert len(asked) == 1
