"""Who may do what. Services and pages ask here; templates never decide."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase

from accord.errors import AccordError
from accord.server.accounts.models import Role, User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.AGENCY}
"""Everybody but the outside agency, which sees only what is lent to it."""
SELLERS = frozenset({Role.SALES, Role.OPERATIONS})


class AccessError(AccordError):
    """Somebody asked for what their role does not allow."""


def require(user: User, roles: frozenset[Role], to: str) -> None:
    """Return if ``user`` is active and has one of ``roles``.

    Raises:
        AccessError: ``access.denied`` otherwise; ``to`` completes "Your role does not allow you to …".
    """
    if not user.is_active or user.role not in roles:
        allowed = ", ".join(sorted(role.label.lower() for role in roles))
        raise AccessError("access.denied", f"Your role does not allow you to {to}", hint=f"it takes {allowed}")


def signed_in(request: HttpRequest) -> User:
    """Return the user of a page that requires sign-in.

    Raises:
        AccessError: Nobody is signed in; the middleware redirects before a page gets this far.
    """
    if isinstance(request.user, User):
        return request.user
    raise AccessError("access.anonymous", "Please sign in first")


def for_roles(
    roles: frozenset[Role],
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Let only ``roles`` open a page; others get 403 with a sentence that says so."""

    def wrap(page: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(signed_in(request), roles, "open this page")
            return page(request, *args, **kwargs)

        return guarded

    return wrap
