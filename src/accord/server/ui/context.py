"""What every template may ask of the shell: ``nav``, ``foot``, ``me`` and ``bell``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from accord.server.ui.nav import TITLES, Foot, Link, foot_of, links_for
from accord.server.ui.words import initials


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in user as the shell shows them."""

    name: str
    email: str
    role: str
    title: str
    initials: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the user and their unseen notices for one request; nothing is looked up until asked for.

    ``settings.NAV_BADGES`` may map the name of a page to the dotted path of a function that takes the user and returns
    the number to show beside its link, or None; ``settings.NAV_OFFERED`` likewise to a function that returns whether
    the user is offered the page at all; ``settings.BELL`` is the path of one that counts their unseen notices. This
    keeps the shell from importing the apps above it.
    """
    nav = SimpleLazyObject(lambda: _nav(request))
    return {
        "me": SimpleLazyObject(lambda: _me(request)),
        "nav": nav,
        "foot": SimpleLazyObject(lambda: _foot(request, nav)),
        "bell": SimpleLazyObject(lambda: _bell(request)),
    }


def _me(request: HttpRequest) -> Me | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    name = str(getattr(user, "name", "") or user)
    role = str(getattr(user, "role", ""))
    return Me(name, str(getattr(user, "email", "")), role, TITLES.get(role, role), initials(name))


def _nav(request: HttpRequest) -> tuple[Link, ...]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    match = getattr(request, "resolver_match", None)
    role, url_name = str(getattr(user, "role", "")), match.url_name if match else None
    return links_for(role, request.path, url_name, _badges(user), _not_offered(user))


def _foot(request: HttpRequest, nav: Iterable[Link]) -> Foot:
    return foot_of(tuple(nav), str(getattr(getattr(request, "user", None), "role", "")))


def _bell(request: HttpRequest) -> int:
    user, source = getattr(request, "user", None), getattr(settings, "BELL", "")
    if not source or user is None or not user.is_authenticated:
        return 0
    count: Callable[[object], int] = import_string(source)
    return count(user)


def _badges(user: object) -> dict[str, int | str]:
    sources: Mapping[str, str] = getattr(settings, "NAV_BADGES", {})
    found: dict[str, int | str] = {}
    for url_name, dotted in sources.items():
        count: Callable[[object], int | str | None] = import_string(dotted)
        badge = count(user)
        if badge:
            found[url_name] = badge
    return found


def _not_offered(user: object) -> set[str]:
    sources: Mapping[str, str] = getattr(settings, "NAV_OFFERED", {})
    offered: dict[str, Callable[[object], bool]] = {name: import_string(dotted) for name, dotted in sources.items()}
    return {name for name, is_offered in offered.items() if not is_offered(user)}
