"""What somebody has been told, the newest first."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accord.server.accounts.access import EVERYBODY, for_roles, signed_in
from accord.server.notifications.bell import see, unseen
from accord.server.notifications.models import Notification

PAGE = 50


@require_safe
@for_roles(EVERYBODY)
def notices(request: HttpRequest) -> HttpResponse:
    """Answer "what was I told?"."""
    user = signed_in(request)
    rows = Paginator(Notification.objects.filter(user=user), PAGE).get_page(request.GET.get("page", "1"))
    return render(request, "notifications/notices.html", {"title": "Notices", "rows": rows, "unseen": unseen(user)})


@require_safe
@for_roles(EVERYBODY)
def notice(request: HttpRequest, key: int) -> HttpResponse:
    """Open what a notice is about; from then on it is seen."""
    user = signed_in(request)
    found = Notification.objects.filter(user=user, pk=key).first()
    if found is None:
        raise Http404
    see(user.pk, timezone.now(), key)
    return redirect(found.link)


@require_POST
@for_roles(EVERYBODY)
def all_seen(request: HttpRequest) -> HttpResponse:
    """Count everything as seen."""
    see(signed_in(request).pk, timezone.now())
    return redirect("notices")
