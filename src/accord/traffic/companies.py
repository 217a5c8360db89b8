"""Which known company a name, a mail domain or a network's organisation means, how certainly, and why.

A match is a proposal: below certainty somebody decides. Names alone are never certain, since firms that have nothing to
do with each other share them; a domain is, unless everybody may have an address there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from accord.traffic.address import ascii_host, registrable_domain
from accord.traffic.company_name import CompanyName, company_name

Key = TypeVar("Key")
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """A company that is known already.

    Attributes:
        id: The caller's own.
        names: What it is called, any spelling and short form that is known.
        domains: Where its web site or mail is, in any spelling.
    """

    id: str
    names: tuple[str, ...]
    domains: tuple[str, ...] = ()


class Relation(StrEnum):
    """Whether the company itself is meant, or one that bears its name, such as a subsidiary."""

    SAME = "same"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known company that may be meant.

    Attributes:
        certainty: In hundredths, from 0 to 99.
        why: One sentence.
    """

    id: str
    relation: Relation
    certainty: int
    why: str


# Certainties in hundredths. They order candidates and say when to ask somebody; how often each is right is measured in
# ``tests/traffic/test_companies.py``.
_DOMAIN: Final = 98
_LISTED_DOMAIN: Final = 85
_NAME: Final = 95
_NAME_OTHER_FORM: Final = 80
_SPACING: Final = 90
_CORE: Final = 85
_TYPING: Final = 75
_ACRONYM: Final = 65
_SUBSIDIARY: Final = 55
_SUBSIDIARY_OF_ONE_WORD: Final = 40
_LEAST_FOR_TYPING: Final = 6
"""Shorter names are other names after one change: *Visa* and *Vista*."""
_LONG: Final = 12
_PLAIN_FORMS: Final = frozenset({(), ("co",), ("company",), ("corp",), ("corporation",), ("inc",), ("incorporated",)})
"""Forms that are left out and exchanged without meaning anything."""


class _Known(NamedTuple):
    id: str
    name: CompanyName
    text: str


@lru_cache(maxsize=1)
def well_known_free_mail() -> frozenset[str]:
    """Return the domains of the large mail providers where everybody may have an address."""
    text = (files("accord.traffic") / "data" / "free_mail.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


class Companies:
    """The known companies, arranged for look-ups by name and domain.

    Args:
        known: The companies; an id that comes twice is one company.
        free_mail: Registrable domains where everybody may have an address, besides the well-known ones. These lists
            are wrong at times (``starbucks.com`` is on one), so an entry makes a domain less certain and never
            worthless: a domain that a known company has is still its.
    """

    def __init__(self, known: Iterable[KnownCompany], free_mail: Collection[str] = ()) -> None:
        self._free = frozenset(free_mail)
        self._by_domain: dict[str, list[str]] = {}
        self._by_key: dict[tuple[str, ...], list[_Known]] = {}
        self._by_compact: dict[str, list[_Known]] = {}
        self._by_core: dict[tuple[str, ...], list[_Known]] = {}
        self._by_acronym: dict[str, list[_Known]] = {}
        for company in known:
            for domain in company.domains:
                if found := registrable_domain(ascii_host(domain)):
                    _put(self._by_domain, found, company.id)
            for text in company.names:
                self._learn(company.id, text)
        self._by_first: dict[str, list[str]] = {}
        for compact in self._by_compact:
            self._by_first.setdefault(compact[:1], []).append(compact)

    def _learn(self, company: str, text: str) -> None:
        name = company_name(text)
        if not name.key:
            return
        entry = _Known(company, name, text)
        _put(self._by_key, name.key, entry)
        _put(self._by_compact, name.compact, entry)
        _put(self._by_core, name.core, entry)
        if name.acronym:
            _put(self._by_acronym, name.acronym, entry)

    def by_domain(self, host: str) -> list[Candidate]:
        """Return whose mail domain or web site this is, most certain first; whose below a domain is whose it is."""
        domain = registrable_domain(ascii_host(host))
        listed = domain in self._free or domain in well_known_free_mail()
        certainty, why = _DOMAIN, f"{domain} is its domain"
        if listed:
            certainty, why = _LISTED_DOMAIN, f"{why}, although a list says that anybody may have mail there"
        return _shared([Candidate(id_, Relation.SAME, certainty, why) for id_ in self._by_domain.get(domain, [])])

    def is_free_mail(self, host: str) -> bool:
        """Whether a list says that anybody may have mail there, and no known company has the domain: a hint."""
        domain = registrable_domain(ascii_host(host))
        return domain not in self._by_domain and (domain in self._free or domain in well_known_free_mail())

    def by_name(self, text: str) -> list[Candidate]:
        """Return which companies the name may mean, most certain first, each once, by the best of its names."""
        name = company_name(text)
        if not name.key:
            return []
        found = [*self._same_words(name, text), *self._same_letters(name, text), *self._related(name, text)]
        best: dict[str, Candidate] = {}
        for candidate in sorted(found, key=lambda each: (-each.certainty, each.relation, each.id)):
            best.setdefault(candidate.id, candidate)
        return list(best.values())

    def _same_words(self, name: CompanyName, text: str) -> list[Candidate]:
        found: list[Candidate] = []
        for known in self._by_key.get(name.key, ()):
            if name.form == known.name.form or {name.form, known.name.form} & _PLAIN_FORMS:
                why = f"“{text}” and “{known.text}” are the same but for their legal forms"
                found.append(Candidate(known.id, Relation.SAME, _NAME, why))
            else:
                why = f"“{text}” and “{known.text}” have one name but different legal forms"
                found.append(Candidate(known.id, Relation.SAME, _NAME_OTHER_FORM, why))
        for known in self._by_core.get(name.core, ()):
            if known.name.places != name.places:
                why = f"“{text}” and “{known.text}” differ in the country"
                found.append(Candidate(known.id, Relation.RELATED, _SUBSIDIARY, why))
            elif known.name.key != name.key:
                why = f"“{text}” and “{known.text}” differ only in words such as Group or International"
                found.append(Candidate(known.id, Relation.SAME, _CORE, why))
        return _shared(found)

    def _same_letters(self, name: CompanyName, text: str) -> list[Candidate]:
        compact = name.compact
        found = [
            Candidate(known.id, Relation.SAME, _SPACING, f"“{text}” and “{known.text}” differ only in spaces and signs")
            for known in self._by_compact.get(compact, ())
            if known.name.key != name.key
        ]
        if len(name.key) == 1:
            found += [
                Candidate(known.id, Relation.SAME, _ACRONYM, f"“{text}” are the first letters of “{known.text}”")
                for known in self._by_acronym.get(compact, ())
            ]
        if name.acronym:
            found += [
                Candidate(known.id, Relation.SAME, _ACRONYM, f"“{known.text}” are the first letters of “{text}”")
                for known in self._by_key.get((name.acronym,), ())
            ]
        return _shared(found) + self._mistyped(compact, text)

    def _mistyped(self, compact: str, text: str) -> list[Candidate]:
        """Return companies whose name is one change away, two from twelve letters on, the first letter being right."""
        if len(compact) < _LEAST_FOR_TYPING or compact in self._by_compact:
            return []
        most = 1 if len(compact) < _LONG else 2
        near = process.extract(
            compact, self._by_first.get(compact[:1], ()), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=5
        )
        return _shared(
            [
                Candidate(known.id, Relation.SAME, _TYPING, f"“{text}” and “{known.text}” differ in few letters")
                for other, _, _ in near
                if len(other) >= _LEAST_FOR_TYPING
                for known in self._by_compact[other]
            ]
        )

    def _related(self, name: CompanyName, text: str) -> list[Candidate]:
        """Return companies whose whole name begins this one: *Siemens* for *Siemens Healthineers*."""
        for count in range(len(name.key) - 1, 0, -1):
            begin = name.key[:count]
            if known := self._by_key.get(begin, ()):
                certainty = _SUBSIDIARY if count > 1 else _SUBSIDIARY_OF_ONE_WORD
                return _shared(
                    [
                        Candidate(each.id, Relation.RELATED, certainty, f"“{text}” bears the name of “{each.text}”")
                        for each in known
                        if len("".join(begin)) > 2
                    ]
                )
        return []


def _put(table: dict[Key, list[Entry]], key: Key, entry: Entry) -> None:
    entries = table.setdefault(key, [])
    if entry not in entries:
        entries.append(entry)


def _shared(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates, each as much less certain as there are companies for which the same speaks."""
    count = len({candidate.id for candidate in candidates})
    if count < 2:
        return candidates
    return [
        replace(each, certainty=each.certainty // count, why=f"{each.why}, but so it is with {count} companies")
        for each in candidates
    ]
