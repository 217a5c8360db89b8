"""What the tests of the pages need: a present that stands still, and somebody signed in."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client, override_settings
from tests.server.conftest import MONDAY

from accord.server.accounts.models import User

SignIn = Callable[[User], Client]


@pytest.fixture(scope="session", autouse=True)
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for collected files, since WhiteNoise warns where there is none."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


class Present:
    """The present of a test, which passes only when it is told to."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: int) -> datetime:
        self.at += timedelta(**time)
        return self.at


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> Present:
    now = Present()
    monkeypatch.setattr("django.utils.timezone.now", now)
    return now


@pytest.fixture
def sign_in(present: Present) -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
