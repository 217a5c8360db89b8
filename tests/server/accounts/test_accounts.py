"""Users, leave and the audit log."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import MONDAY, Cast

from accord.server.accounts.access import AccessError
from accord.server.accounts.audit import record
from accord.server.accounts.models import AuditEntry, Role
from accord.server.accounts.services import AccountError, create_user, deactivate, take_leave


def test_a_user_needs_a_zone_a_password_worth_the_name_and_an_address_of_their_own(cast: Cast) -> None:
    for given, code in [
        ({"zone": "Mars/Olympus"}, "account.bad_zone"),
        ({"password": "password"}, "account.weak_password"),
        ({"email": "PRIYA@test.works"}, "account.exists"),
    ]:
        with pytest.raises(AccountError) as refused:
            create_user(**{"email": "new@test.works", "name": "New", "role": Role.SALES, **given})  # type: ignore[arg-type]
        assert refused.value.code == code


def test_leave_is_entered_by_oneself_ones_manager_or_operations(cast: Cast) -> None:
    end = MONDAY + timedelta(days=1)
    for by in (cast.priya, cast.sven, cast.olga):
        take_leave(cast.priya, MONDAY, end, by=by, at=MONDAY)
    for by in (cast.tom, cast.mara, cast.alma):
        with pytest.raises(AccessError):
            take_leave(cast.priya, MONDAY, end, by=by, at=MONDAY)
    with pytest.raises(AccountError, match="end after it starts"):
        take_leave(cast.priya, MONDAY, MONDAY, by=cast.priya, at=MONDAY)


def test_only_operations_deactivates(cast: Cast) -> None:
    with pytest.raises(AccessError):
        deactivate(cast.priya, by=cast.sven, at=MONDAY)
    deactivate(cast.priya, by=cast.olga, at=MONDAY)
    cast.priya.refresh_from_db()
    assert not cast.priya.is_active


def test_the_audit_log_can_only_be_added_to(cast: Cast) -> None:
    record("test.done", "test:1", actor=cast.olga, at=MONDAY, what="it")
    for change in (lambda rows: rows.update(action="other"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="can only be added to"), transaction.atomic():
            change(AuditEntry.objects.all())
    assert AuditEntry.objects.get(action="test.done").details == {"what": "it"}
