"""What the doctor says of teams."""

import pytest
from tests.server.conftest import Cast

from accord.server.accounts.health import every_team_has_a_manager
from accord.server.accounts.models import Team, User

pytestmark = pytest.mark.django_db


def test_where_there_is_no_team_none_lacks_a_manager() -> None:
    assert (every_team_has_a_manager().ok, every_team_has_a_manager().detail) == (True, "none yet")


def test_a_team_without_a_manager_and_one_whose_manager_is_gone_are_named(cast: Cast) -> None:
    found = every_team_has_a_manager()
    assert (found.ok, found.detail) == (False, "enterprise without a manager")
    assert found.remedy.startswith("accord user manage EMAIL TEAM")
    User.objects.filter(pk=cast.sven.pk).update(is_active=False)
    assert every_team_has_a_manager().detail == "enterprise, field without a manager"
    Team.objects.update(manager=cast.olga)
    assert every_team_has_a_manager().ok
