"""The number beside *Agreement*, and to whom the page is offered."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.accounts.models import User
from accord.server.agreements.awaiting import may_read_any, signature_badge
from accord.server.agreements.models import Revision
from accord.server.agreements.services import decline, propose, sign, withdraw

TEXT = AGREEMENT.read_text(encoding="utf-8")
AGENCY_SIGNS = TEXT.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


def proposal(cast: Cast, text: str = TEXT) -> int:
    text = f"{text}# {Revision.objects.count()}\n"
    return propose(text, "b.yaml", reason="x", by=cast.olga, at=MONDAY).number


def numbers(cast: Cast) -> dict[str, int | None]:
    return {name: signature_badge(getattr(cast, name)) for name in ("mara", "tom", "olga", "xenia", "alma")}


def links(user: User, path: str = "/queue/") -> dict[str, str]:
    """The pages in the navigation with their numbers, as the browser gets them."""
    client = Client()
    client.force_login(user)
    shown = client.get(path).content.decode()
    sidebar = re.search(r'<nav class="sidebar-nav".*?</nav>', shown, re.DOTALL)
    assert sidebar is not None
    found = re.findall(r'<span>(\w+)</span><span class="nav-badge" data-badge="\w+"( hidden)?>(\d*)<', sidebar[0])
    return {label: "" if hidden else number for label, hidden, number in found}


def test_what_awaits_the_signature_of_one_s_role_is_counted(cast: Cast, revision: Revision) -> None:
    nobody = {"mara": 0, "tom": 0, "olga": 0, "xenia": 0, "alma": 0}
    assert numbers(cast) == nobody
    first, second, third = proposal(cast), proposal(cast), proposal(cast, AGENCY_SIGNS)
    assert numbers(cast) == nobody | {"mara": 3, "tom": 3, "alma": 1}
    sign(first, by=cast.mara, at=MONDAY)
    assert numbers(cast) == nobody | {"mara": 2, "tom": 3, "alma": 1}
    decline(second, why="no", by=cast.tom, at=MONDAY)
    withdraw(third, by=cast.olga, at=MONDAY)
    assert numbers(cast) == nobody | {"tom": 1}
    sign(first, by=cast.priya, at=MONDAY)
    assert numbers(cast) == nobody


def test_what_is_signed_for_a_day_awaits_nobody(cast: Cast, revision: Revision) -> None:
    propose(TEXT + "# 2\n", "b", reason="x", by=cast.olga, at=MONDAY, planned_from=MONDAY + timedelta(days=9))
    for user in (cast.mara, cast.tom):
        sign(2, by=user, at=MONDAY)
    assert numbers(cast)["tom"] == 0


def test_counting_takes_one_query_and_reads_no_document(
    cast: Cast, revision: Revision, django_assert_num_queries: Any
) -> None:
    proposal(cast, AGENCY_SIGNS)
    for user in (cast.mara, cast.alma):
        with django_assert_num_queries(1) as asked:
            assert signature_badge(user) == 1
        assert '"text"' not in asked[0]["sql"]
    with django_assert_num_queries(0):
        assert may_read_any(cast.mara)
    with django_assert_num_queries(1):
        assert may_read_any(cast.alma)


def test_the_number_stands_in_the_navigation_of_every_page(cast: Cast, revision: Revision) -> None:
    assert links(cast.tom)["Agreement"] == ""
    proposal(cast)
    assert links(cast.tom)["Agreement"] == "1"
    assert links(cast.mara, "/leads/")["Agreement"] == "1"
    assert links(cast.olga)["Agreement"] == ""
    sign(2, by=cast.priya, at=MONDAY)
    assert links(cast.tom)["Agreement"] == ""


def test_an_agency_is_offered_the_page_once_there_is_something_for_it_to_sign(cast: Cast, revision: Revision) -> None:
    proposal(cast)
    assert links(cast.alma) == {"Queue": ""}
    proposal(cast, AGENCY_SIGNS)
    assert links(cast.alma) == {"Queue": "", "Agreement": "1"}
    withdraw(3, by=cast.olga, at=MONDAY)
    assert links(cast.alma) == {"Queue": "", "Agreement": ""}
