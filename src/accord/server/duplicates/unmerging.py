"""Taking a merge back: everything stands as before, but for what came later, which stays with the survivor.

Of several merges into one survivor, and of those that took it further, the last is taken back first. Merges of people
and of companies are independent: who comes back works where they worked, or at what that company was merged into.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from accord.server.accounts.audit import record as audit
from accord.server.accounts.models import User
from accord.server.duplicates import leads, notices, proposals
from accord.server.duplicates.merging import SORTS, MergeError, insisting, lock, write_change
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.queries import chain
from accord.server.duplicates.record import (
    Model,
    Row,
    delete,
    insert_if_free,
    label,
    model_of,
    repoint,
    rows_of,
    taken_back,
    update,
)
from accord.server.handoffs.models import Clock, Offer
from accord.server.people.history import record_field_change
from accord.server.people.models import ChangedBy, Company, Person, Touchpoint
from accord.server.pipeline.judging import review
from accord.server.pipeline.models import Lead

TOGETHER: dict[str, tuple[frozenset[str], ...]] = {
    label(Person): (frozenset({"email", "email_key"}),),
    label(Lead): (leads.ENDING,),
    label(Offer): (frozenset({"status", "decided_at", "note"}),),
    label(Clock): (frozenset({"stopped_at", "outcome", "next_check_at", "response", "breached_at"}),),
}
"""Columns that make sense only together."""
UNIQUE = ("email_key", "external_id", "domain")
"""What no two may have: who has taken it meanwhile keeps it."""


class LaterFirstError(MergeError):
    """The survivor was merged again since."""


def unmerge(key: int, *, at: datetime, by: User | None) -> Merge:
    """Take a merge back and return it with what stayed; done already, nothing changes.

    Raises:
        MergeError: ``merge.unknown``, ``merge.later_first`` if the survivor was merged again since, or ``merge.busy``.
    """
    return insisting(lambda: _unmerge(key, at, by))


def _unmerge(key: int, at: datetime, by: User | None) -> Merge:
    merge = Merge.objects.filter(pk=key).first()
    if merge is None:
        raise MergeError("merge.unknown", "there is no such merge")
    kind = Kind(merge.kind)
    lock(kind, merge.survivor)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=key)
    if merge.undone_at is not None:
        return merge
    _check_last(merge)
    way_back = _WayBack(merge, at, by)
    way_back.go()
    merge.undone_at, merge.undone_by, merge.stayed = at, by, way_back.stayed
    merge.save(update_fields=["undone_at", "undone_by", "stayed"])
    proposals.reopen(merge, at, by)
    if kind == Kind.PERSON:
        notices.tell_unmerged(merge, at)
    both = (merge.survivor, merge.merged)
    review(Q(pk__in=both) if kind == Kind.PERSON else Q(company__in=both), at)
    about = f"{kind.value}:{merge.survivor}"
    audit(f"{kind.value}.unmerged", about, actor=by, at=at, merged=merge.merged, merge=merge.pk, stayed=merge.stayed)
    return merge


def _check_last(merge: Merge) -> None:
    theirs = Q(survivor=merge.survivor) | Q(merged=merge.survivor)
    later = Merge.objects.filter(theirs, kind=merge.kind, undone_at=None, pk__gt=merge.pk).order_by("-pk").first()
    if later is not None:
        what = f"{later.merged_name} was merged with {later.survivor_name} since"
        raise LaterFirstError("merge.later_first", what, hint="undo that merge first")


class _WayBack:
    """One merge on its way back."""

    def __init__(self, merge: Merge, at: datetime, by: User | None) -> None:
        self._merge, self._at, self._by = merge, at, by
        self._kind = Kind(merge.kind)
        self._sort = SORTS[self._kind]
        self._record: Row = merge.record
        self.stayed: list[str] = []

    def go(self) -> None:
        for made in self._record["made"]:
            delete(model_of(made["model"]), made["keys"])
        self._give_back_values()
        self._bring_back()
        for moved in self._record["moved"]:
            self._move_back(moved)
        for held in self._record["held"]:
            model = model_of(held["model"])
            if not insert_if_free(model, held["row"]):
                self.stayed.append(f"{model._meta.verbose_name} {held['row']['id']} has another in its place")
        if self._kind == Kind.PERSON:
            self._give_leads_back()
        else:
            self._follow_people()
        self._count_later()

    def _changes(self, *models: Model) -> Iterable[Row]:
        names = {label(model) for model in models}
        return [each for each in self._record["changed"] if each["model"] in names]

    def _give_back_values(self) -> None:
        """Set the survivor's own values back, so that what is unique is free for whoever comes back."""
        for change in self._changes(self._sort.model):
            self._follow_company(change["after"], change["key"], moved=False)
            self._follow_company(change["before"], change["key"], moved=True)
            now = rows_of(self._sort.model, [change["key"]])[change["key"]]
            back = taken_back(change["before"], change["after"], now, TOGETHER.get(change["model"], ()))
            update(self._sort.model, change["key"], back)
            self._write_down(change["key"], now, back)
            for name in change["before"].keys() - back.keys() - {"email_key"}:
                self.stayed.append(f"{name} of {self._merge.survivor_name} was changed since and stays")

    def _write_down(self, key: int, now: Row, back: Row) -> None:
        for column, value in back.items():
            if column == "fields":
                for name in sorted(now["fields"].keys() | value.keys()):
                    before, after = now["fields"].get(name), value.get(name)
                    if before != after:
                        write_change(self._kind, key, f"fields.{name}", before, after, self._at, self._by)
            elif column in self._sort.columns:
                write_change(self._kind, key, column, now[column], value, self._at, self._by)

    def _bring_back(self) -> None:
        row = dict(self._record["row"])
        self._follow_company(row, row["id"], moved=True)
        model = self._sort.model._default_manager
        for column in UNIQUE:
            if row.get(column) is not None and model.filter(**{column: row[column]}).exists():
                self.stayed.append(f"{column} {row[column]} is somebody else's now")
                row[column] = None
        if not insert_if_free(self._sort.model, row):
            raise MergeError("merge.unknown", f"{self._merge.merged_name} cannot be brought back: the id is taken")

    def _follow_company(self, values: Row, person: int, *, moved: bool) -> None:
        """Put in place of a company that was merged what it was merged into, and tell that merge whom it moved.

        So the reversal of that merge takes those along who came back meanwhile, and leaves those who left.
        """
        if values.get("company_id") is None:
            return
        for merge in chain(Kind.COMPANY, values["company_id"]):
            values["company_id"] = merge.survivor
            _say_moved(merge, person, moved=moved)
        if not Company.objects.filter(pk=values["company_id"]).exists():
            values["company_id"] = None

    def _move_back(self, moved: Row) -> None:
        model = model_of(moved["model"])
        back = repoint(model, moved["column"], moved["since"], since=moved["to"], keys=moved["keys"])
        elsewhere = rows_of(model, set(moved["keys"]) - set(back))
        if elsewhere:
            count = len(elsewhere)
            noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            self.stayed.append(f"{count} {noun} went elsewhere since and stay there")

    def _give_leads_back(self) -> None:
        changes = {each["key"]: each for each in self._changes(Lead)}
        theirs = list(Lead.objects.filter(person=self._merge.survivor).order_by("cycle").values_list("pk", flat=True))
        rows = rows_of(Lead, theirs)
        Lead.objects.filter(pk__in=theirs, merged_into=None).update(cycle=leads.ASIDE + F("cycle"))
        cycles = self._cycles_before(theirs, changes, rows)
        leaving = self._leaving()
        for lead in sorted(theirs, key=lambda each: each not in leaving):  # nobody has two open leads on the way
            change = changes.get(lead, {"before": {}, "after": {}})
            back = taken_back(change["before"], change["after"], rows[lead], TOGETHER[label(Lead)])
            person = change["before"].get("person_id", self._merge.survivor)
            self._reopen(lead, person, back)
            merged_into = back.get("merged_into_id", rows[lead]["merged_into_id"])
            back |= {"person_id": person, "cycle": cycles[lead] if merged_into is None else 0}
            update(Lead, lead, back)
            fields: Row = rows[lead]["fields"]
            self._write_down_lead(lead, fields, back.get("fields", fields))
        for change in self._changes(Offer, Clock):
            self._run_again(change)

    def _write_down_lead(self, lead: int, before: Row, after: Row) -> None:
        for name in sorted(before.keys() | after.keys()):
            record_field_change(
                f"lead.{name}",
                lead,
                before.get(name),
                after.get(name),
                at=self._at,
                by=self._by,
                changed_by=ChangedBy.MERGE,
            )

    def _cycles_before(self, theirs: list[int], changes: dict[int, Row], rows: dict[int, Row]) -> dict[int, int]:
        """Return the cycle of each lead: as before, and for those that began since, the ones that follow."""
        known = set(self._record["leads"])
        cycles = {key: changes[key]["before"].get("cycle", rows[key]["cycle"]) if key in changes else rows[key]["cycle"]
                  for key in theirs if key in known}  # fmt: skip
        mine = [
            key for key in known & set(theirs) if changes.get(key, {"before": {}})["before"].get("person_id") is None
        ]
        last = max((cycles[key] for key in mine), default=0)
        fresh = [key for key in theirs if key not in known]
        if fresh:
            self.stayed.append(f"{len(fresh)} lead{'s' * (len(fresh) > 1)} opened since stay with the survivor")
        return cycles | {key: last + place for place, key in enumerate(fresh, start=1)}

    def _reopen(self, lead: int, person: int, back: Row) -> None:
        """Leave a lead merged if its person has another open one by now, which goes on in its place."""
        if back.get("ended_at", "") is not None:
            return
        running = Lead.objects.filter(person=person, ended_at=None).exclude(pk=lead).first()
        if running is not None:
            for column in leads.ENDING:
                back.pop(column, None)
            back["merged_into_id"] = running.pk
            self.stayed.append(f"lead {lead} stays ended: another of the same person was opened since")

    def _leaving(self) -> list[int]:
        changes = self._changes(Lead)
        return [each["key"] for each in changes if each["before"].get("person_id") == self._merge.merged]

    def _run_again(self, change: Row) -> None:
        model = model_of(change["model"])
        now = rows_of(model, [change["key"]]).get(change["key"])
        lead = Lead.objects.filter(**_lead_of(model, change["key"])).first()
        if now is not None and lead is not None and lead.ended_at is None:
            update(model, change["key"], taken_back(change["before"], change["after"], now, TOGETHER[change["model"]]))

    def _follow_people(self) -> None:
        """Let people who are merged away at present come back to the company at which they worked."""
        moved = {key for each in self._record["moved"] if each["model"] == label(Person) for key in each["keys"]}
        merges = Merge.objects.select_for_update(of=("self",)).filter(kind=Kind.PERSON, undone_at=None)
        merges = merges.filter(pk__gt=self._merge.pk)  # earlier ones know of the companies as they were before
        for merge in merges.filter(Q(merged__in=moved) | Q(survivor__in=moved)).order_by("pk"):
            befores = [each["before"] for each in merge.record["changed"]
                       if each["model"] == label(Person) and each["key"] in moved]  # fmt: skip
            rows = [merge.record["row"]] if merge.merged in moved else []
            for values in rows + befores:
                if values.get("company_id") == self._merge.survivor:
                    values["company_id"] = self._merge.merged
            merge.save(update_fields=["record"])

    def _count_later(self) -> None:
        if self._kind != Kind.PERSON:
            return
        moved = {"keys": [], **{each["model"]: each for each in self._record["moved"]}}.get(
            "people.visitor", {"keys": []}
        )
        since = Touchpoint.objects.filter(
            person=self._merge.survivor, visitor__in=moved["keys"], received_at__gt=self._merge.at
        ).count()
        if since:
            self.stayed.append(f"{since} touchpoint{'s' * (since > 1)} since the merge stay with the survivor")


def _lead_of(model: Model, key: int) -> dict[str, Any]:
    return {"offers": key} if model is Offer else {"offers__clocks": key}


def _say_moved(merge: Merge, person: int, *, moved: bool) -> None:
    """Add somebody to those whom the merge of their company moved, or take them from these."""
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeError("merge.busy", f"the merge of {merge.merged_name} was undone just now", hint="try it again")
    others = [each for each in merge.record["moved"] if each["model"] != label(Person)]
    keys = {key for each in merge.record["moved"] if each["model"] == label(Person) for key in each["keys"]}
    keys = keys | {person} if moved else keys - {person}
    whom = {"model": label(Person), "column": "company_id", "since": merge.merged, "to": merge.survivor}
    merge.record["moved"] = [*others, whom | {"keys": sorted(keys)}]
    merge.save(update_fields=["record"])
