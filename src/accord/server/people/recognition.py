"""Which company a visit comes from, by its network: what somebody has said first, then by the organisation's name.

The person whose visit it is, once known, says it better than any network; whoever reads visits looks at them first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from accord.server.people.identity import company_of
from accord.server.people.models import Company, CompanyKey, NetworkCorrection, Visit
from accord.server.people.networks import networks
from accord.traffic.companies import Candidate, Companies, KnownCompany, Relation
from accord.traffic.networks import cut
from accord.traffic.organisations import NetworkKind

OWN_KINDS = frozenset({NetworkKind.BUSINESS, NetworkKind.EDUCATION, NetworkKind.GOVERNMENT})
"""Kinds of networks from which an organisation's own people come."""
NAMED_KINDS = OWN_KINDS | {NetworkKind.UNKNOWN}
"""Kinds whose organisations are looked for among the companies; those who sell access, or hide it, never are."""
SAID = 97
"""Certainty, in hundredths, of what a colleague has said."""
SAME_DOMAIN = 90
"""Certainty of a network's machine whose name, which leads back to it, is one of the company's own domain."""
SAME_NAME = 80
"""From this certainty on a candidate has the name itself. Of those below, first letters and few letters changed, 9 of
48 were right among the 91,065 organisations of the table of DB-IP: there are too many names for a likeness to count."""
LONGEST_NAME = 300
UNSURE_OF_KIND = 15
"""By how much less certain a company is where its network's kind cannot be told: it may sell access to others."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A company that may be meant: its id, how certainly in hundredths, and why, as a sentence; None: none is."""

    company: int | None = None
    certainty: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a visit comes; what is not known is empty.

    Attributes:
        network: The prefix of the address, which is all that is kept of it.
        organisation: Whose network it is.
        why: Why it is of its kind.
    """

    network: str = ""
    organisation: str = ""
    kind: NetworkKind = NetworkKind.UNKNOWN
    why: str = ""
    company: Recognised = Recognised()


class Recognition:
    """Recognises what comes from networks, by what is known at its first use; made anew for each transaction."""

    def __init__(self) -> None:
        self._networks = networks()
        self._origins: dict[str, Origin] = {}
        self._companies: dict[tuple[str, str, NetworkKind, str], Recognised] = {}
        self._said: dict[str, list[NetworkCorrection]] | None = None
        self._names: _Names | None = None

    def origin(self, address: str | None) -> Origin:
        """Return from where somebody with this address comes."""
        if not address:
            return Origin()
        if address not in self._origins:
            self._origins[address] = self._looked_up(address)
        return self._origins[address]

    def company(self, network: str, organisation: str, kind: NetworkKind, domain: str = "") -> Recognised:
        """Return which company it is: by a network's prefix, its organisation's name and kind, a machine's domain."""
        key = (network, organisation, kind, domain)
        if key not in self._companies:
            self._companies[key] = self._recognised(network, organisation, kind, domain)
        return self._companies[key]

    def _looked_up(self, address: str) -> Origin:
        found = self._networks.find(address) if self._networks is not None else None
        if found is None:
            network = cut(address)
            return Origin(network, company=self.company(network, "", NetworkKind.UNKNOWN))
        organisation = found.organisation[:LONGEST_NAME]
        company = self.company(found.prefix, organisation, found.kind)
        return Origin(found.prefix, organisation, found.kind, found.why, company)

    def _recognised(self, network: str, organisation: str, kind: NetworkKind, domain: str) -> Recognised:
        denied: set[int] = set()
        for about in filter(None, (network, organisation)):
            for word in self._corrections().get(about, ()):
                if word.holds and word.company_id not in denied:
                    return _said(word)
                denied.add(word.company_id)
        known = company_of(domain) if domain else None
        if known is not None and known.pk not in denied:
            why = f"The machine is called one of {domain} by whoever runs its network, and that name leads back to it."
            return Recognised(known.pk, SAME_DOMAIN, why[:500])
        if not organisation or kind not in NAMED_KINDS:
            return Recognised()
        return self._by_name(organisation, kind, denied)

    def _by_name(self, organisation: str, kind: NetworkKind, denied: set[int]) -> Recognised:
        if self._names is None:
            self._names = _names()
        found = [each for each in self._names.candidates(organisation) if int(each.id) not in denied]
        return max((_weighed(each, kind) for each in found), key=lambda each: each.certainty, default=Recognised())

    def _corrections(self) -> dict[str, list[NetworkCorrection]]:
        if self._said is None:
            self._said = {}
            for word in NetworkCorrection.objects.filter(undone_at=None).select_related("by"):
                self._said.setdefault(word.network or word.organisation, []).append(word)
        return self._said


def _said(word: NetworkCorrection) -> Recognised:
    about = f"the network {word.network}" if word.network else f"the network of {word.organisation}"
    why = f"{word.by.name} said on {word.at.day} {word.at:%B %Y} that {about} is theirs."
    return Recognised(word.company_id, SAID, why[:500])


def _weighed(found: Candidate, kind: NetworkKind) -> Recognised:
    certainty, why = found.certainty, found.why
    if found.relation is Relation.SAME and certainty < SAME_NAME:
        certainty, why = certainty // 2, f"{why}; among so many networks such a likeness is mostly chance"
    if kind is NetworkKind.UNKNOWN:
        certainty = max(certainty - UNSURE_OF_KIND, 1)
        why = f"{why}; its name does not say whether it sells access to others"
    return Recognised(int(found.id), certainty, f"{why}."[:500])


class _Names:
    """The names of all companies, arranged; what was asked is remembered, since visitors come again."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        names: dict[int, list[str]] = defaultdict(list)
        for key, name in rows:
            if name:
                names[key].append(name)
        self._companies = Companies(KnownCompany(str(key), tuple(called)) for key, called in names.items())
        self._asked: dict[str, list[Candidate]] = {}

    def candidates(self, organisation: str) -> list[Candidate]:
        """Return which companies the name may mean, most certain first."""
        if organisation not in self._asked:
            if len(self._asked) > REMEMBERED:
                self._asked.clear()
            self._asked[organisation] = self._companies.by_name(organisation)
        return self._asked[organisation]


REMEMBERED = 20_000
_arranged: list[tuple[object, _Names]] = []
_STAMP = """
SELECT count(*), max(id), sum(hashtextextended(name, id)), (
    SELECT sum(hashtextextended(key, company_id)) FROM people_companykey WHERE kind = 'name'
) FROM people_company
"""


def _names() -> _Names:
    """Return the names as they are now; arranging them takes long, so that is kept while none has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = (connection.settings_dict["NAME"], *cursor.fetchone())
    if not _arranged or _arranged[0][0] != stamp:
        also = CompanyKey.objects.filter(kind=CompanyKey.Kind.NAME).order_by("pk").values_list("company", "key")
        _arranged[:] = [(stamp, _Names([*Company.objects.order_by("pk").values_list("pk", "name"), *also]))]
    return _arranged[0][1]


def recognise_again(since: datetime) -> int:
    """Recognise anew where visits since then came from; return how many visits say something else now.

    For when somebody has corrected it, or a company has become known. Only what was kept is read: the prefix of the
    address, and whose network it was when they came.
    """
    recognition = Recognition()
    said = NetworkCorrection.objects.filter(undone_at=None)
    about = Q(network__in=said.exclude(network="").values("network"))
    about |= Q(organisation__in=said.exclude(organisation="").values("organisation")) | ~Q(domain="")
    named = Q(network_kind__in=[kind.value for kind in NAMED_KINDS]) & ~Q(organisation="")
    visits = Visit.objects.filter(last_at__gte=since).exclude(network="")
    alike = ("network", "organisation", "network_kind", "domain", "company_id", "certainty", "company_why")
    changed: dict[tuple[str, str, str, str], Recognised] = {}
    for network, organisation, kind, domain, *before in (
        visits.filter(named | about | ~Q(company=None)).order_by().values_list(*alike).distinct()
    ):
        found = recognition.company(network, organisation, NetworkKind(kind), domain)
        if [found.company, found.certainty, found.why] != before:
            changed[network, organisation, kind, domain] = found
    return _write(changed, since) if changed else 0


_AGAIN = """
UPDATE people_visit v SET company_id = n.company, certainty = n.certainty, company_why = n.why
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::text[])
     AS n (network, organisation, kind, domain, company, certainty, why)
WHERE v.last_at >= %s AND v.network = n.network AND v.organisation = n.organisation AND v.network_kind = n.kind
  AND v.domain = n.domain
  AND (v.company_id, v.certainty, v.company_why) IS DISTINCT FROM (n.company, n.certainty, n.why)
"""


def _write(changed: Mapping[tuple[str, str, str, str], Recognised], since: datetime) -> int:
    keys, found = list(changed), list(changed.values())
    columns = [[key[place] for key in keys] for place in range(4)]
    values: list[list[Any]] = [
        [each.company for each in found],
        [each.certainty for each in found],
        [each.why for each in found],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [*columns, *values, since])
        return int(cursor.rowcount)
