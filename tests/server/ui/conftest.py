"""What every test of the shell needs."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

ANSWERS = "accord.server.ui.htmx.htmx_answers"


@pytest.fixture(scope="session", autouse=True)
def shell_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for collected files, since WhiteNoise warns where there is none, and the shell's own middleware."""
    middleware = settings.MIDDLEWARE if ANSWERS in settings.MIDDLEWARE else [*settings.MIDDLEWARE, ANSWERS]
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), MIDDLEWARE=middleware):
        yield
