"""The Imports pages: as nobody, in the wrong role, in the right role."""

import pytest
from django.test import Client
from tests.server.capture.conftest import Importer
from tests.server.capture.test_leads import ANN
from tests.server.conftest import Cast

from accord.server.accounts.models import User
from accord.server.capture.models import ImportRun

PAGES = ("/imports/", "/imports/{key}/", "/imports/{key}/refused/")


@pytest.fixture
def run(importer: Importer, cast: Cast) -> ImportRun:
    result = importer.leads(
        ANN, {"id": "L2", "name": "=cmd|' /C calc'!A0", "phone": "+49 89 1", "email": "x"}, by=cast.olga
    )
    return ImportRun.objects.get(pk=result.run)


def opened(client: Client, user: User, page: str, run: ImportRun) -> tuple[int, str]:
    client.force_login(user)
    answer = client.get(page.format(key=run.pk))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, body.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_sign_in(page: str, client: Client, run: ImportRun) -> None:
    answer = client.get(page.format(key=run.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["priya", "xenia", "alma"])
def test_sales_executives_and_the_agency_may_not_see_imports(
    who: str, page: str, client: Client, run: ImportRun, cast: Cast
) -> None:
    assert opened(client, getattr(cast, who), page, run)[0] == 403


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["mara", "olga"])
def test_marketing_and_operations_may(who: str, page: str, client: Client, run: ImportRun, cast: Cast) -> None:
    assert opened(client, getattr(cast, who), page, run)[0] == 200


def test_the_list_shows_each_import_with_its_counts(client: Client, run: ImportRun, cast: Cast) -> None:
    _, page = opened(client, cast.mara, "/imports/", run)
    assert "leads.csv" in page
    assert f'href="/imports/{run.pk}/"' in page
    assert "Olga" in page


def test_an_import_shows_what_it_refused_and_why(client: Client, run: ImportRun, cast: Cast) -> None:
    _, page = opened(client, cast.mara, PAGES[1], run)
    assert "1 of 2 rows were refused." in page
    assert "&#x27;email&#x27; holds &#x27;x&#x27;, which is not an e-mail address" in page
    assert "+49 89 1" in page


def test_the_download_runs_no_formula(client: Client, run: ImportRun, cast: Cast) -> None:
    _, text = opened(client, cast.mara, PAGES[2], run)
    lines = text.splitlines()
    assert (
        lines[0]
        == "\ufeff"
        + ",".join(("id", "source", "since", "email", "name", "phone", "company", "domain"))
        + ",accord_line,accord_reason,accord_more_cells"
    )
    assert "'=cmd|" in lines[1]
    assert ",+49 89 1," in lines[1]


def test_an_empty_list_says_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.mara)
    assert "accord import leads leads.csv --mapping mapping.yaml" in client.get("/imports/").content.decode()


def test_an_import_that_is_not_there_is_refused_in_words(client: Client, run: ImportRun, cast: Cast) -> None:
    status, page = opened(client, cast.olga, "/imports/999999/", run)
    assert status == 404
    assert "There is no import 999999" in page


def test_the_queries_of_a_page_do_not_grow_with_its_rows(
    client: Client, importer: Importer, cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        importer.leads({"id": "1"}, {"id": ""})
    client.force_login(cast.mara)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/imports/")
