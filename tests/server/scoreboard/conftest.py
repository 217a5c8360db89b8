"""What the tests of the scoreboard share with those of the hand-off."""

from tests.server.handoffs.conftest import present, sign_in, static_folder  # noqa: F401  # fixtures
