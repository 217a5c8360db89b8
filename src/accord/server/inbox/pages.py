"""The page of a source of mails: its address, its mailbox, and what could not be read."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accord.server.accounts.access import for_roles, signed_in
from accord.server.inbox import services
from accord.server.inbox.forms import SetupForm
from accord.server.inbox.mail import MailError
from accord.server.inbox.meaning import own_domains
from accord.server.inbox.models import Mailbox, OwnDomain, UnreadMail
from accord.server.inbox.receiving import KEPT_UNREAD
from accord.server.inbox.services import OPERATORS

MOST = 2**63 - 1
SHOWN = 50
KNOWN = ("opens_leads", "host", "port", "tls", "user", "folder")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(OPERATORS)
def setup(request: HttpRequest, key: int) -> HttpResponse:
    """Say how mails of a source come; a POST stores it."""
    user = signed_in(request)
    source = services.source_of_mails(min(key, MOST), user)
    box = Mailbox.objects.filter(source=source).first()
    listed = "\n".join(OwnDomain.objects.values_list("domain", flat=True))
    known = {name: getattr(box, name) for name in KNOWN} if box is not None else {}
    form = SetupForm(request.POST or None, initial={**known, "domains": listed})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_up(key, form.setup(), by=user, at=timezone.now())
            messages.success(request, "Saved.")
            return redirect("mail-setup", key)
        except MailError as error:
            form.add_error("folder" if error.code == "mail.bad_folder" else "domains", str(error))
    context = {
        "title": f"Mails of {source.name}",
        "source": source,
        "box": box,
        "form": form,
        "address": f"{source.write_key}@{mail_domain()}",
        "own": sorted(own_domains()),
        "unread": UnreadMail.objects.filter(source=source).defer("raw")[:SHOWN],
        "kept_days": KEPT_UNREAD.days,
    }
    return render(request, "inbox/setup.html", context, status=422 if request.method == "POST" else 200)


def mail_domain() -> str:
    """Return what follows the @ in the addresses of mail sources."""
    return settings.ACCORD_MAIL_DOMAIN or urlsplit(settings.SITE_URL).hostname or "localhost"


@require_POST
@for_roles(OPERATORS)
def try_again(request: HttpRequest, key: int, mail: int) -> HttpResponse:
    """Read an unread mail again."""
    if services.try_again(min(key, MOST), min(mail, MOST), by=signed_in(request), at=timezone.now()):
        messages.success(request, "It could be read now.")
    else:
        messages.warning(request, "It still cannot be read.")
    return redirect("mail-setup", key)


@require_POST
@for_roles(OPERATORS)
def drop(request: HttpRequest, key: int, mail: int) -> HttpResponse:
    """Delete an unread mail."""
    services.drop(min(key, MOST), min(mail, MOST), by=signed_in(request), at=timezone.now())
    messages.success(request, "The mail is deleted.")
    return redirect("mail-setup", key)
