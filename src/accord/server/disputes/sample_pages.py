"""The pages of samples: drawing one, and judging the leads that were drawn."""

from secrets import randbelow

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.server.accounts.access import STAFF, for_roles, require, signed_in
from accord.server.accounts.models import Role, User
from accord.server.disputes.models import Sample, SampledLead
from accord.server.disputes.opening import DisputeError
from accord.server.disputes.pages import MOST, PAGE, shown_pack
from accord.server.disputes.sampling import DRAWERS, JUDGES, LARGEST_SEED, agreement_on, draw, judge, month_asked
from accord.server.disputes.sampling import MOST as LARGEST
from accord.server.scoreboard.queries import laws

YES_OR_NO = {"yes": True, "no": False}


class DrawForm(forms.Form):
    """Which sample to draw."""

    month = forms.CharField(label="Month", max_length=7, help_text="Such as 2026-10")
    size = forms.IntegerField(label="Leads", min_value=2, max_value=LARGEST, initial=20)
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        help_text="The same seed draws the same leads. Empty: any.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(STAFF)
def samples(request: HttpRequest) -> HttpResponse:
    """Every sample, with how far both sides agree; and a form to draw another."""
    user, at, zone = signed_in(request), timezone.now(), laws().zone
    form = DrawForm(request.POST or None, initial={"month": f"{at.astimezone(zone):%Y-%m}"})
    if request.method == "POST":
        require(user, DRAWERS, "draw a sample")
        if form.is_valid():
            data = form.cleaned_data
            seed = randbelow(LARGEST_SEED) if data["seed"] is None else data["seed"]
            try:
                made = draw(month_asked(data["month"], zone), data["size"], seed, by=user, at=at)
            except DisputeError as error:
                form.add_error(None, str(error))
            else:
                return redirect("disputes-sample", made.pk)
    page = Paginator(Sample.objects.select_related("drawn_by"), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Samples",
        "form": form,
        "may_draw": user.role in DRAWERS,
        "page": page,
        "rows": [(each, agreement_on(each)) for each in page],
    }
    return render(request, "disputes/samples.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@for_roles(STAFF)
def sample(request: HttpRequest, key: int) -> HttpResponse:
    """One sample: each lead with what either side says of it."""
    found = get_object_or_404(Sample, pk=min(key, MOST))
    user = signed_in(request)
    leads = found.leads.select_related("offer__lead__person__company").prefetch_related("judgements")
    context = {
        "title": f"Sample of {found.month:%B %Y}",
        "sample": found,
        "agreement": agreement_on(found),
        "rows": [(each, *_seen(each, user)) for each in leads],
        "judges": user.role in JUDGES,
    }
    return render(request, "disputes/sample.html", context)


@require_safe
@for_roles(STAFF)
def sampled(request: HttpRequest, key: int) -> HttpResponse:
    """One lead of a sample with its evidence, to be judged."""
    found = get_object_or_404(
        SampledLead.objects.select_related("sample", "offer__lead__person__company"), pk=min(key, MOST)
    )
    user = signed_in(request)
    verdicts, done = _seen(found, user)
    context = {
        "title": f"Was {found.offer.lead.person} a good MQL?",
        "drawn": found,
        "pack": shown_pack(found.pack),
        "verdicts": verdicts,
        "may_judge": user.role in JUDGES and not done,
    }
    return render(request, "disputes/sampled.html", context)


def _seen(drawn: SampledLead, reader: User) -> tuple[list[tuple[Role, bool | None]], bool]:
    """Return what a reader may see of both sides' verdicts, and whether both are there.

    Until both have judged, a side sees its own alone, so that neither follows the other.
    """
    given = {each.role: each.good for each in drawn.judgements.all()}
    done = len(given) == len(JUDGES)
    return [
        (role, given.get(role) if done or role == reader.role else None) for role in (Role.MARKETING, Role.SALES)
    ], done


@require_POST
@for_roles(JUDGES)
def judge_lead(request: HttpRequest, key: int) -> HttpResponse:
    """Say whether a drawn lead was a good MQL, and go on to the next that this side has not judged."""
    good, user = YES_OR_NO.get(request.POST.get("good", "")), signed_in(request)
    if good is None:
        raise DisputeError("dispute.says_nothing", "say yes or no")
    drawn = judge(min(key, MOST), good=good, by=user, at=timezone.now())
    following = SampledLead.objects.filter(sample=drawn.sample_id).exclude(judgements__role=user.role).first()
    if following is not None:
        messages.success(request, "Noted. Here is the next one.")
        return redirect("disputes-sampled", following.pk)
    messages.success(request, "Noted. Your side has judged them all.")
    return redirect("disputes-sample", drawn.sample_id)
