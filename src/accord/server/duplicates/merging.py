"""Making two people or companies one: in one transaction, explained field by field, and reversible.

Everything that points to the one that goes points to the one that stays afterwards, whichever room it belongs to: the
relations are read from the models, so that none is forgotten. Its row is deleted by itself, which the database refuses
while anything still points to it. Rows are locked in the order that ARCHITECTURE.md states.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import OperationalError, connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from psycopg.errors import DeadlockDetected

from accord.errors import AccordError
from accord.server.accounts.audit import record as audit
from accord.server.accounts.models import User
from accord.server.duplicates import leads, notices, proposals
from accord.server.duplicates.keeping import Kept, keep
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.queries import now_known_as
from accord.server.duplicates.record import Model, Recorder, Row, rows_of, update
from accord.server.people.history import record_field_change
from accord.server.people.models import ChangedBy, Company, CompanyKey, FieldChange, Person, PersonKey, Subject
from accord.server.people.telephones import phone_key, region_of
from accord.server.pipeline.judging import review
from accord.server.pipeline.models import Lead

TRIES = 3
PLACEHOLDER = "lead:"
"""With this begins the foreign id of somebody who is known by nothing but their lead's: any other is better."""
Done = TypeVar("Done")


class MergeError(AccordError):
    """Two records cannot be made one, or one cannot be made two again."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What is particular to people, or to companies.

    Attributes:
        model: Whose rows become one.
        keys: By what else they are known.
        columns: What is decided field by field, besides the agreement's fields.
        known_by: Columns by which they are found: the column that is compared, and the kind of key.
    """

    model: Model
    keys: type[PersonKey] | type[CompanyKey]
    columns: tuple[str, ...]
    known_by: tuple[tuple[str, str], ...]


SORTS: Mapping[Kind, Sort] = {
    Kind.PERSON: Sort(
        Person,
        PersonKey,
        ("name", "email", "phone", "external_id", "company_id"),
        (("email_key", PersonKey.Kind.EMAIL), ("external_id", PersonKey.Kind.EXTERNAL)),
    ),
    Kind.COMPANY: Sort(
        Company,
        CompanyKey,
        ("name", "domain", "external_id"),
        (
            ("domain", CompanyKey.Kind.DOMAIN),
            ("external_id", CompanyKey.Kind.EXTERNAL),
            ("name", CompanyKey.Kind.NAME),
        ),
    ),
}


def merge(
    kind: Kind,
    survivor: int,
    merged: int,
    *,
    at: datetime,
    by: User | None,
    chosen: Mapping[str, bool] | None = None,
) -> Merge:
    """Make two people or companies one and return what was done; done already, that is returned as it was.

    Args:
        kind: What they are.
        survivor: Whose id stays.
        merged: Whose id leads to it from then on.
        at: Now.
        by: Who decided; None: the software itself.
        chosen: By field (``name``, ``fields.title``) whether the value of the one that goes is kept; of fields that are
            not named, the survivor's is, if it has one.

    Raises:
        MergeError: ``merge.unknown``, ``merge.itself``, or ``merge.busy`` if others kept changing the same rows.
    """
    return insisting(lambda: _merge(kind, survivor, merged, at, by, chosen or {}))


def insisting(work: Callable[[], Done]) -> Done:
    """Do work in a transaction, again if the database ended it so that another could go on.

    Raises:
        MergeError: ``merge.busy``.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or connection.in_atomic_block:
                raise
    raise MergeError("merge.busy", "others kept changing the same records", hint="try it again in a moment")


def older(kind: Kind, one: int, other: int) -> int:
    """Return which of two is known for longer, by whose id they go on if nobody chooses."""
    known = SORTS[kind].model._default_manager.filter(pk__in=(one, other))
    return int(known.order_by("created_at", "pk").values_list("pk", flat=True)[0])


def _merge(kind: Kind, survivor: int, merged: int, at: datetime, by: User | None, chosen: Mapping[str, bool]) -> Merge:
    done = Merge.objects.filter(kind=kind, survivor=survivor, merged=merged, undone_at=None).first()
    if done is not None:
        return done
    if now_known_as(kind, survivor) == now_known_as(kind, merged):
        raise MergeError("merge.itself", "they are one already")
    sort = SORTS[kind]
    lock(kind, survivor, merged)
    rows = rows_of(sort.model, (survivor, merged))
    if len(rows) < 2:
        gone = ", ".join(str(key) for key in (survivor, merged) if key not in rows)
        raise MergeError("merge.unknown", f"there is no {kind.value} {gone} any more", hint="look at the list again")
    kept = kept_of(kind, rows[survivor], rows[merged], chosen)
    recorder = Recorder()
    recorder.watch(sort.model, [survivor])
    move_relations(sort.model, recorder, since=merged, to=survivor)
    theirs: list[int] = []
    owned: notices.Owned = {}
    if kind == Kind.PERSON:
        owned = notices.owned(survivor, merged)
        theirs = leads.join(survivor, merged, recorder, at=at, by=by)
    recorder.take_away(sort.model, merged)
    _store(sort, rows[survivor], rows[merged], kept)
    _keep_keys(sort, rows[survivor], rows[merged], recorder)
    _write_down(kind, survivor, kept, at, by)
    names = name_of(kind, rows[survivor]), name_of(kind, rows[merged])
    done = Merge.objects.create(
        kind=kind,
        survivor=survivor,
        merged=merged,
        survivor_name=names[0],
        merged_name=names[1],
        at=at,
        by=by,
        explained=[_in_words(each, names) for each in kept],
        record=recorder.written({Lead: frozenset({"review_at"})}) | {"leads": theirs},
    )
    proposals.settle(done, at, by)
    notices.tell_merged(done, owned, at)
    review(Q(pk=survivor) if kind == Kind.PERSON else Q(company=survivor), at)
    audit(
        f"{kind.value}.merged", f"{kind.value}:{survivor}", actor=by, at=at, merged=merged, merge=done.pk, name=names[1]
    )
    return done


def lock(kind: Kind, *keys: int) -> None:
    """Lock the rows of people or companies, and of what belongs to them, in the order that everybody keeps.

    Whoever holds a lead has perhaps read the company of its person, for a deal that points to it and is still to be
    committed. So the leads are waited for while anything may still come to point to those that are merged; then nothing
    may any more.
    """
    if kind == Kind.COMPANY:
        companies, people = Q(pk__in=keys), Q(company__in=keys)
    else:
        companies, people = Q(pk__in=Person.objects.filter(pk__in=keys).values("company")), Q(pk__in=keys)
    theirs = Lead.objects.select_for_update().filter(person__in=Person.objects.filter(people)).order_by("pk")
    list(Company.objects.select_for_update(no_key=True).filter(companies).order_by("pk").values_list("pk"))
    list(Person.objects.select_for_update(no_key=True).filter(people).order_by("pk").values_list("pk"))
    list(theirs.values_list("pk"))
    list(SORTS[kind].model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    list(theirs.values_list("pk"))  # one that a file brought while we waited


def relations(model: Model) -> Iterator[tuple[Model, Any]]:
    """Yield every model that points to this one, with the field by which it does."""
    for each in model._meta.get_fields(include_hidden=True):
        if each.auto_created and not each.concrete and (each.one_to_many or each.one_to_one):
            yield each.related_model, each.field  # type: ignore[union-attr, misc]  # what Django's types leave open


def constraints_on(related: Model, field: str) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    """Yield what a model has once for each row that a field points to: the other fields, and under which condition."""
    for constraint in related._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field in constraint.fields:
            yield tuple(name for name in constraint.fields if name != field), constraint.condition
    if related._meta.get_field(field).unique:  # type: ignore[union-attr]  # a foreign key has it
        yield (), None


def move_relations(model: Model, recorder: Recorder, *, since: int, to: int) -> None:
    """Let everything that points to one row point to another; what would stand twice is held."""
    for related, field in relations(model):
        if related is Lead:  # a person has one open lead, and its cycles in order
            continue
        for others, condition in constraints_on(related, field.name):
            rows = related._default_manager.filter(condition or Q())
            there = rows.filter(**{field.name: to}, **{name: OuterRef(name) for name in others})
            twice = rows.filter(Exists(there), **{field.name: since})
            recorder.hold(related, twice.values_list("pk", flat=True))
        recorder.move(related, field.column, since=since, to=to)


def values_of(sort: Sort, row: Row, other: Row) -> Row:
    """Return what one row says of each field, the agreement's as ``fields.title``."""
    values = {name: row[name] for name in sort.columns} | {f"fields.{k}": v for k, v in row["fields"].items()}
    ids = row["external_id"] or "", other["external_id"] or ""
    if ids[0].startswith(PLACEHOLDER) and ids[1] and not ids[1].startswith(PLACEHOLDER):
        values["external_id"] = None
    return values


def kept_of(kind: Kind, survivor: Row, merged: Row, chosen: Mapping[str, bool]) -> list[Kept]:
    """Return what becomes of each field if one row is merged into another."""
    sort = SORTS[kind]
    names = name_of(kind, survivor), name_of(kind, merged)
    values = values_of(sort, survivor, merged), values_of(sort, merged, survivor)
    return keep(*values, names, chosen, _mean_the_same)


def _mean_the_same(field: str, one: object, other: object) -> bool:
    if field == "phone":
        keys = [phone_key(str(each), region_of(None)) for each in (one, other)]
        return keys[0] == keys[1] if None not in keys else one == other
    if field in {"name", "email"}:
        return str(one).casefold() == str(other).casefold()
    return one == other


def name_of(kind: Kind, row: Row) -> str:
    """Return what somebody or a company is called."""
    beside = row["email"] if kind == Kind.PERSON else row["domain"]
    return str(row["name"] or beside or f"{kind.value} {row['id']}")[:320]


def _store(sort: Sort, survivor: Row, merged: Row, kept: list[Kept]) -> None:
    values: Row = {}
    fields = dict(survivor["fields"])
    for each in kept:
        if not each.from_merged:
            continue
        if each.field.startswith("fields."):
            fields[each.field.removeprefix("fields.")] = each.value
            values["fields"] = fields
        else:
            values[each.field] = each.value
    if "email" in values:
        values["email_key"] = merged["email_key"]
    update(sort.model, survivor["id"], values)


def _keep_keys(sort: Sort, survivor: Row, merged: Row, recorder: Recorder) -> None:
    """Let the survivor be found by whatever either of them was found by."""
    now = rows_of(sort.model, [survivor["id"]])[survivor["id"]]
    whose = "person_id" if sort.keys is PersonKey else "company_id"
    known = sort.keys._default_manager.filter(**{whose: survivor["id"]})
    before = set(known.values_list("pk", flat=True))
    wanted = {
        (kind, row[column])
        for column, kind in sort.known_by
        for row in (survivor, merged)
        if row[column] and row[column] != now[column]
    }
    rows = [sort.keys(**{whose: survivor["id"]}, kind=kind, key=key) for kind, key in sorted(wanted)]
    sort.keys._default_manager.bulk_create(rows, ignore_conflicts=True)  # type: ignore[arg-type]  # of one of the two
    recorder.made(sort.keys, set(known.values_list("pk", flat=True)) - before)


def _write_down(kind: Kind, survivor: int, kept: list[Kept], at: datetime, by: User | None) -> None:
    """Add to the history what changed of the survivor."""
    for each in kept:
        if each.from_merged:
            write_change(kind, survivor, each.field, each.other, each.value, at, by)


def write_change(
    kind: Kind,
    key: int,
    field: str,
    before: Any,  # noqa: ANN401  # whatever a field holds
    after: Any,  # noqa: ANN401  # likewise
    at: datetime,
    by: User | None,
) -> None:
    """Add to the history that a merge, or its reversal, gave a field another value."""
    if field != "company_id":
        name = f"{kind.value}.{field.removeprefix('fields.')}"
        record_field_change(name, key, before, after, at=at, by=by, changed_by=ChangedBy.MERGE)
        return
    # Where somebody works is written down as the field "company", which no agreement can name.
    FieldChange.objects.create(
        subject=Subject.PERSON,
        subject_id=key,
        field="company",
        before=before,
        after=after,
        at=at,
        changed_by=ChangedBy.MERGE,
        user=by,
    )


def _in_words(kept: Kept, names: tuple[str, str]) -> dict[str, Any]:
    company = kept.field == "company_id"
    value, other = (_company_name(each) if company else each for each in (kept.value, kept.other))
    return {
        "field": kept.field,
        "value": value,
        "other": other,
        "from": names[1] if kept.from_merged else names[0],
        "from_merged": kept.from_merged,
        "why": kept.why,
    }


def _company_name(key: int | None) -> str | None:
    return str(Company.objects.get(pk=key)) if key else None
