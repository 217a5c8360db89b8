"""Looking for people and companies that stand twice. Heavy: for jobs and commands alone.

People are compared by ``accord.insight.duplicates``, which learns from the data, and by plain rules, which need none.
Colleagues are never proposed: of two people at one company, or behind one telephone, the names must agree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from accord.agreement.explanation import field_in_words
from accord.insight.duplicates import CERTAIN, PROBABLE, Evidence, Likeness, Record, find
from accord.server.duplicates.alike import CROWD
from accord.server.duplicates.merging import MergeError, merge, older
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposals import propose
from accord.server.people.models import Company, CompanyKey, Person, PersonKey
from accord.server.people.names import name_words, names_agree
from accord.traffic.companies import Companies, KnownCompany, Relation

SAME_NAME_AND_COMPANY = 0.8
SAME_NAME_AND_PHONE = 0.95
OTHER_DOMAIN = 0.7
OTHER_COUNTRY = 0.5
"""By how much less probable it is that two companies are one whose domains, or countries, are known and differ."""
WORDS = {
    "given": "First names",
    "family": "Last names",
    "email": "Addresses",
    "phone": "Telephones",
    "company": "Companies",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: how many pairs were looked at as probable, proposed anew, and merged by themselves."""

    people: int
    companies: int
    proposed: int
    merged: int


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records that may be one."""

    probability: float
    explained: tuple[Mapping[str, object], ...]
    automatic: bool = False


Pairs = dict[tuple[int, int], Likely]


def find_duplicates(at: datetime, progress: Callable[[str, float], None] = lambda _what, _share: None) -> Found:
    """Look for duplicates among all people and companies; propose what is probable and merge what is certain.

    What somebody decided stays so until the data change.
    """
    progress("Comparing people", 0.0)
    people = likely_people()
    progress("Comparing companies", 0.0)
    companies = likely_companies()
    before = Duplicate.objects.count()
    merged = 0
    progress("Writing proposals", 0.0)
    for kind, pairs in ((Kind.PERSON, people), (Kind.COMPANY, companies)):
        for (one, other), likely in sorted(pairs.items(), key=lambda pair: (-pair[1].probability, pair[0])):
            proposal = propose(kind, one, other, likely.probability, likely.explained, at=at)
            if likely.automatic and proposal is not None and proposal.status == Duplicate.Status.OPEN:
                merged += _merge(kind, one, other, at) is not None
    return Found(len(people), len(companies), Duplicate.objects.count() - before, merged)


def _merge(kind: Kind, one: int, other: int, at: datetime) -> Merge | None:
    survivor = older(kind, one, other)
    try:
        return merge(kind, survivor, other if survivor == one else one, at=at, by=None)
    except MergeError:  # one of the two is gone meanwhile, or in use: the next search looks again
        return None


def likely_people() -> Pairs:
    """Return pairs of people who may be one."""
    people = {each.pk: each for each in Person.objects.select_related("company").order_by("pk")}
    phones = _phones()
    found = _by_rules(people, phones)
    for pair in find([_record(each, phones) for each in people.values()], PROBABLE):
        one, other = people[pair.first], people[pair.second]
        if _colleagues(one, other, phones):
            continue
        explained = tuple(_said(each) for each in pair.evidence)
        automatic = pair.probability >= CERTAIN and _no_namesakes(one, other)
        known = found.get((pair.first, pair.second))
        if known is None or known.probability <= pair.probability:
            found[pair.first, pair.second] = Likely(pair.probability, explained, automatic)
    return found


def _phones() -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for person, key in PersonKey.objects.filter(kind=PersonKey.Kind.PHONE).values_list("person", "key"):
        found[person].add(key)
    return found


def _record(person: Person, phones: Mapping[int, set[str]]) -> Record:
    words = name_words(person.name)
    return Record(
        person.pk,
        given=words[0] if len(words) > 1 else "",
        family=words[-1] if words else "",
        email=person.email_key or "",
        phone=min(phones.get(person.pk, ()), default=""),
        company=str(person.company_id or ""),
        others={name: value.casefold() for name, value in person.fields.items() if isinstance(value, str) and value},
    )


def _colleagues(one: Person, other: Person, phones: Mapping[int, set[str]]) -> bool:
    """Return whether two people are rather colleagues: at one company or behind one telephone, with other names."""
    same_company = one.company_id is not None and one.company_id == other.company_id
    same_phone = bool(phones.get(one.pk, set()) & phones.get(other.pk, set()))
    return (same_company or same_phone) and not names_agree(one.name, other.name)


def _no_namesakes(one: Person, other: Person) -> bool:
    """Return whether two people are called the same and do not have two addresses at one domain."""
    mail = [each.email_key.rpartition("@")[2] for each in (one, other) if each.email_key]
    return name_words(one.name) == name_words(other.name) != () and (len(mail) < 2 or mail[0] != mail[1])


def _said(evidence: Evidence) -> dict[str, object]:
    words = WORDS.get(evidence.field) or field_in_words(f"person.{evidence.field}").capitalize()
    one, other = (_shown(evidence.field, value) for value in evidence.values)
    match evidence.likeness:
        case Likeness.SAME:
            says = f"{words}: both {one}"
        case Likeness.ALIKE:
            says = f"{words} are alike: {one} and {other}"
        case Likeness.DIFFERENT:
            says = f"{words} differ: {one} and {other}"
    return {"field": evidence.field, "says": says, "weight": evidence.weight}


def _shown(field: str, value: str) -> str:
    return str(Company.objects.filter(pk=int(value)).first() or "–") if field == "company" else value


def _by_rules(people: Mapping[int, Person], phones: Mapping[int, set[str]]) -> Pairs:
    found: Pairs = {}
    by_name: dict[tuple[object, ...], list[int]] = defaultdict(list)
    by_phone: dict[str, list[int]] = defaultdict(list)
    for key, person in people.items():
        words = name_words(person.name)
        if person.company_id and len(words) > 1:
            by_name[(person.company_id, *words)].append(key)
        for phone in phones.get(key, ()):
            by_phone[phone].append(key)
    for one, other in _paired(by_name.values()):
        says = f"Both are called {people[one].name} and work at {people[one].company}"
        found[one, other] = Likely(SAME_NAME_AND_COMPANY, ({"field": "name", "says": says, "weight": 2.0},))
    for one, other in _paired(by_phone.values()):
        if names_agree(people[one].name, people[other].name):
            says = f"They share a telephone, and {people[one].name} may be {people[other].name}"
            found[one, other] = Likely(SAME_NAME_AND_PHONE, ({"field": "phone", "says": says, "weight": 4.2},))
    return found


def _paired(groups: Iterable[list[int]]) -> Iterable[tuple[int, int]]:
    for group in groups:
        if len(group) <= CROWD:
            yield from combinations(sorted(group), 2)


def likely_companies() -> Pairs:
    """Return pairs of companies that may be one, by their names."""
    companies = {each.pk: each for each in Company.objects.order_by("pk")}
    names: dict[int, list[str]] = {key: [each.name] for key, each in companies.items() if each.name}
    for company, name in CompanyKey.objects.filter(kind=CompanyKey.Kind.NAME).values_list("company", "key"):
        names.setdefault(company, []).append(name)
    known = Companies(KnownCompany(str(key), tuple(called)) for key, called in names.items())
    found: Pairs = {}
    for key, called in names.items():
        for other in {int(each.id) for each in known.by_name(called[0]) if each.relation is Relation.SAME} - {key}:
            # Among all companies itself is one that the name may mean, which makes each other one less certain.
            alone = Companies([KnownCompany(str(other), tuple(names[other]))]).by_name(called[0])
            best = max(alone, key=lambda each: each.certainty)
            pair = (min(key, other), max(key, other))
            likely = _weighed(best.certainty / 100, best.why, companies[key], companies[other])
            if likely.probability >= PROBABLE and likely.probability > found.get(pair, Likely(0, ())).probability:
                found[pair] = likely
    return found


def _weighed(probability: float, why: str, one: Company, other: Company) -> Likely:
    explained: list[Mapping[str, object]] = [{"field": "name", "says": why, "weight": 3.0}]
    if one.domain and other.domain:
        probability *= OTHER_DOMAIN
        explained.append(
            {"field": "domain", "says": f"Domains differ: {one.domain} and {other.domain}", "weight": -0.5}
        )
    countries = [each.fields.get("country") for each in (one, other)]
    if None not in countries and countries[0] != countries[1]:
        probability *= OTHER_COUNTRY
        says = f"Countries differ: {countries[0]} and {countries[1]}"
        explained.append({"field": "country", "says": says, "weight": -1.0})
    return Likely(probability, tuple(explained))
