"""Telling owners that a lead of theirs was merged with another, or that this was undone."""

from datetime import datetime
from enum import StrEnum

from django.urls import reverse

from accord.server.accounts.models import User
from accord.server.duplicates.models import Merge
from accord.server.notifications import outbox
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead


class Kind(StrEnum):
    """What a notification about a merge says."""

    MERGED = "duplicate.merged"
    UNMERGED = "duplicate.unmerged"


Owned = dict[int, int]
"""The owner of each running lead, by the lead."""


def owned(*people: int) -> Owned:
    """Return the owners of the running leads of some people; what lies in a queue is nobody's."""
    leads = Lead.objects.filter(person__in=people, ended_at=None, owner__isnull=False)
    return {lead: owner for lead, owner in leads.values_list("pk", "owner") if owner is not None}


def tell_merged(merge: Merge, before: Owned, at: datetime) -> None:
    """Tell whoever owned a lead of the two before, but not who merged them, in the caller's transaction."""
    running = Lead.objects.select_related("owner").filter(person=merge.survivor, ended_at=None).first()
    for lead, owner in sorted(before.items()):
        if running is None or owner == merge.by_id:
            continue
        said = f"{_who(merge.by)} merged {merge.merged_name} into {merge.survivor_name}"
        if running.pk == lead:
            said += ": your lead goes on with what was known of both"
        elif running.owner_id == owner:
            said += ": your two leads are one"
        else:
            said += f": your lead ended, and the one of {running.owner or running.queue or 'marketing'} goes on"
        _notify(owner, Kind.MERGED, said, merge, running.pk, at)


def tell_unmerged(merge: Merge, at: datetime) -> None:
    """Tell whoever owns a lead of the two now, but not who undid it, in the caller's transaction."""
    for lead, owner in sorted(owned(merge.survivor, merge.merged).items()):
        if owner != merge.undone_by_id:
            said = f"{_who(merge.undone_by)} took back that {merge.merged_name} is {merge.survivor_name}"
            _notify(owner, Kind.UNMERGED, f"{said}: they are two people again", merge, lead, at)


def _who(user: User | None) -> str:
    return user.name if user is not None else "Accord"


def _notify(owner: int, kind: Kind, text: str, merge: Merge, lead: int, at: datetime) -> None:
    outbox.notify([owner], kind, text, about=f"merge:{merge.pk}", link=reverse("lead", args=[lead]), at=at)


def still_holds(notice: Notification) -> bool:
    """Return whether the merge still stands as a notification says."""
    undone = notice.kind == Kind.UNMERGED
    merge = Merge.objects.filter(pk=notice.about.partition(":")[2], undone_at__isnull=not undone)
    return merge.exists()
