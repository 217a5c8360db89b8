"""The page on which everybody chooses how they are told, and on which operations connects channels of teams."""

import hashlib
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accord.server.accounts.access import EVERYBODY, for_roles, signed_in
from accord.server.accounts.models import User
from accord.server.notifications import preferences, push, trying
from accord.server.notifications.forms import ChoicesForm, TeamChatForm, WebhookForm
from accord.server.notifications.models import Chat, Device
from accord.server.notifications.preferences import OPERATORS, NotificationError
from accord.server.notifications.shown import masked

MOST = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(EVERYBODY)
def notifications(request: HttpRequest) -> HttpResponse:
    """How somebody is told; a POST keeps what they choose."""
    user = signed_in(request)
    form = ChoicesForm(request.POST or None, preferences.habits_of(user), preferences.choices_of(user))
    if request.method == "POST" and form.is_valid():
        preferences.choose(user, form.when(), form.chosen(), at=timezone.now())
        messages.success(request, "Saved. From now on you are told like this.")
        return redirect("notifications")
    return _page(request, user, form=form)


def _page(
    request: HttpRequest,
    user: User,
    *,
    form: ChoicesForm | None = None,
    webhook: WebhookForm | None = None,
    team_chat: TeamChatForm | None = None,
) -> HttpResponse:
    devices = Device.objects.filter(user=user)
    own = Chat.objects.filter(user=user).first()
    operates = user.role in OPERATORS
    context = {
        "title": "Notifications",
        "form": form or ChoicesForm(None, preferences.habits_of(user), preferences.choices_of(user)),
        "push_key": push.key().public,
        "devices": [(each, hashlib.sha256(each.endpoint.encode()).hexdigest()) for each in devices],
        "own": own,
        "own_address": masked(own.url) if own else "",
        "webhook": webhook or WebhookForm(auto_id="own_%s"),
        "operates": operates,
        "chats": [(each, masked(each.url)) for each in _of_teams()] if operates else [],
        "team_chat": team_chat or TeamChatForm(auto_id="team_%s"),
    }
    wrong = any(each is not None and each.is_bound for each in (form, webhook, team_chat))
    return render(request, "notifications/notifications.html", context, status=422 if wrong else 200)


def _of_teams() -> list[Chat]:
    return list(Chat.objects.filter(user=None).select_related("team"))


@require_POST
@for_roles(EVERYBODY)
def device_add(request: HttpRequest) -> HttpResponse:
    """Tell somebody in the browser that asks for it."""
    said = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "name")}
    preferences.add_device(signed_in(request), **said, at=timezone.now())
    messages.success(request, "This browser is switched on: you are told here, also while no page of Accord is open.")
    return HttpResponse(status=204)


@require_POST
@for_roles(EVERYBODY)
def device_remove(request: HttpRequest, key: int) -> HttpResponse:
    """Tell somebody nothing more in a browser of theirs."""
    preferences.remove_device(signed_in(request), min(key, MOST), at=timezone.now())
    messages.success(request, "That browser is told nothing any more.")
    return redirect("notifications")


@require_POST
@for_roles(EVERYBODY)
def chat_set(request: HttpRequest) -> HttpResponse:
    """Connect somebody's own chat."""
    user, form = signed_in(request), WebhookForm(request.POST, auto_id="own_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            preferences.set_own_chat(user, url=data["url"], form=data["format"], at=timezone.now())
        except NotificationError as error:
            form.add_error("url", str(error))
        else:
            messages.success(request, "Connected. Send yourself a test to see that it arrives.")
            return redirect("notifications")
    return _page(request, user, webhook=form)


@require_POST
@for_roles(OPERATORS)
def chat_add(request: HttpRequest) -> HttpResponse:
    """Connect a channel of a team, or everybody's."""
    user, form = signed_in(request), TeamChatForm(request.POST, auto_id="team_%s")
    if form.is_valid():
        data = form.cleaned_data
        what = {"name": data["name"], "team": data["team"], "groups": data["groups"]}
        try:
            preferences.add_chat(**what, url=data["url"], form=data["format"], by=user, at=timezone.now())
        except NotificationError as error:
            form.add_error("url", str(error))
        else:
            messages.success(request, f"Connected: {data['name']}. Send a test to see that it arrives.")
            return redirect("notifications")
    return _page(request, user, team_chat=form)


@require_POST
@for_roles(EVERYBODY)
def chat_remove(request: HttpRequest, key: int) -> HttpResponse:
    """Write no more to a chat."""
    preferences.remove_chat(min(key, MOST), by=signed_in(request), at=timezone.now())
    messages.success(request, "Nothing is written there any more.")
    return redirect("notifications")


@require_POST
@for_roles(EVERYBODY)
def try_mail(request: HttpRequest) -> HttpResponse:
    """Send a test by mail."""
    user = signed_in(request)
    return _tried(request, lambda: trying.try_mail(user))


@require_POST
@for_roles(EVERYBODY)
def try_push(request: HttpRequest) -> HttpResponse:
    """Send a test to somebody's browsers."""
    user = signed_in(request)
    return _tried(request, lambda: trying.try_push(user, timezone.now()))


@require_POST
@for_roles(EVERYBODY)
def try_chat(request: HttpRequest, key: int) -> HttpResponse:
    """Say a test in a chat."""
    user = signed_in(request)
    return _tried(request, lambda: trying.try_chat(min(key, MOST), user, timezone.now()))


def _tried(request: HttpRequest, attempt: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, f"{attempt()}.")
    except NotificationError as error:
        messages.error(request, str(error))
    return redirect("notifications")
