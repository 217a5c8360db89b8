"""The present that stands still, and somebody signed in, as the tests of the hand-off have them."""

from tests.server.handoffs.conftest import present, sign_in, static_folder  # noqa: F401  # fixtures
