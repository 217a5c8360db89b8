"""Pages of the shell itself: the way in, and the sign of life for whoever watches the process."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from accord.server.accounts.access import signed_in
from accord.server.ui.nav import entries_for


def home(request: HttpRequest) -> HttpResponseRedirect:
    """Lead everybody to the page that answers their first question."""
    return redirect(entries_for(signed_in(request).role)[0].url_name)


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can reach the database; it tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
