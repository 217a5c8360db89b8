"""A company's name taken apart: the words that make it this one, and those that any may have."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from accord.traffic.legal_forms import BEFORE, BEHIND
from accord.traffic.organisations import plain

_AND: Final = frozenset({"&", "+", "and", "und", "et", "och", "og", "en", "y"})
_LEADING: Final = frozenset({"the", "die", "der", "das", "le", "la", "les", "el"})
_GROUP: Final = frozenset(
    {"group", "gruppe", "groupe", "grupo", "gruppo", "grupa", "holding", "holdings", "international", "global"}
    | {"worldwide", "company", "companies", "enterprises"}
)
"""Words behind a name that it has or has not, as the occasion wants."""
_GENERAL: Final = frozenset(
    {
        "american",
        "national",
        "general",
        "united",
        "first",
        "southern",
        "northern",
        "western",
        "eastern",
        "central",
        "pacific",
    }
    | {
        "atlantic",
        "standard",
        "universal",
        "royal",
        "new",
        "us",
        "european",
        "nordic",
        "state",
        "city",
        "public",
        "advanced",
    }
)
"""Words that are no name by themselves."""
_PLACE_NAMES: Final = (
    "deutschland germany austria osterreich schweiz switzerland suisse france italia italy espana spain iberia "
    "portugal nederland netherlands benelux belgium belgique uk britain ireland polska poland czech hungary "
    "romania nordic nordics sverige sweden norge norway danmark denmark finland suomi turkiye turkey russia "
    "ukraine usa us america americas canada mexico brasil brazil argentina chile colombia china japan india "
    "korea singapore malaysia indonesia asia apac emea europe africa australia"
)
_PLACES: Final = frozenset(_PLACE_NAMES.split())
_SHORT: Final = {"intl": "international", "mfg": "manufacturing", "svcs": "services", "tech": "technology"}
_DOTTED: Final = re.compile(r"(?<!\w)(?:\w\.\s?(?=\w\.|\w(?!\w)))+\w\.?(?!\w)")
_SLASHED: Final = re.compile(r"(?<!\w)(\w)/(\w)(?!\w)")
_WORD: Final = re.compile(r"[^\W_]+|[&+]")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name: case-folded, without accents, ``S.p.A.`` as one word, every *and* the same.

    Examples:
        >>> words("Müller & Söhne GmbH & Co. KG")
        ('muller', '&', 'sohne', 'gmbh', '&', 'co', 'kg')
        >>> words("U.S. Bancorp"), words("Lowe's"), words("Maersk A/S")
        (('us', 'bancorp'), ('lowes',), ('maersk', 'as'))
    """
    bare = plain(normalize("NFKC", text)).replace("ß", "ss").replace("'", "").replace("’", "")
    joined = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", bare)
    found = _WORD.findall(_SLASHED.sub(r"\1\2", joined))
    inner = range(1, len(found) - 1)
    return tuple("&" if place in inner and word in _AND else word for place, word in enumerate(found))


@lru_cache(maxsize=2)
def _forms(*, before: bool) -> frozenset[tuple[str, ...]]:
    lines = (BEFORE if before else BEHIND).values()
    return frozenset(words(form) for line in lines for form in line.split(",")) - {()}


_LONGEST_FORM: Final = 6


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A name taken apart.

    Attributes:
        key: Its words without legal form and article.
        core: The key without what comes and goes at its end, such as *Group*, and countries; the key itself where no
            name would be left.
        places: The countries and regions at its end.
        form: The words of its legal form.
    """

    key: tuple[str, ...]
    core: tuple[str, ...]
    places: frozenset[str]
    form: tuple[str, ...]

    @property
    def compact(self) -> str:
        """The key as one word."""
        return "".join(word for word in self.key if word != "&")

    @property
    def acronym(self) -> str:
        """The first letters of the key's words, *and* not counted; empty for fewer than three."""
        letters = [word[0] for word in self.key if word != "&"]
        return "".join(letters) if len(letters) > 2 else ""


@lru_cache(maxsize=16384)
def company_name(text: str) -> CompanyName:
    """Return the name taken apart; a name that is nothing but a legal form stays as it is.

    Examples:
        >>> company_name("The Siemens Deutschland Holding GmbH & Co. KG")  # doctest: +NORMALIZE_WHITESPACE
        CompanyName(key=('siemens', 'deutschland', 'holding'), core=('siemens',), places=frozenset({'deutschland'}),
                    form=('gmbh', '&', 'co', 'kg'))
        >>> company_name("PT Telkom Indonesia (Persero) Tbk").key, company_name("ООО Ромашка").key
        (('telkom', 'indonesia'), ('ромашка',))
    """
    key = words(text[:400])
    form: tuple[str, ...] = ()
    while cut := _behind(key):
        key, form = key[:-cut], key[-cut:] + form
    if cut := _before(key):
        key, form = key[cut:], key[:cut] + form
    key = tuple(_SHORT.get(word, word) for word in _within(key))
    if len(key) > 1 and key[0] in _LEADING:
        key = key[1:]
    if len(key) > 1 and key[-1] == "&":
        key = key[:-1]
    core, places = _core(key)
    return CompanyName(key, core, places, form)


def _core(key: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    core = key
    while len(core) > 1 and core[-1] in _GROUP | _PLACES and _is_name(core[:-1]):
        core = core[:-1]
    return core, frozenset(key[len(core) :]) & _PLACES


def _is_name(words_left: tuple[str, ...]) -> bool:
    if len(words_left) == 1:
        return words_left[0] not in _GENERAL and len(words_left[0]) > 2
    return words_left[-1] != "&"


def _behind(key: tuple[str, ...]) -> int:
    """Return how many words at the end are a legal form, and leave at least one word."""
    longest = min(_LONGEST_FORM, len(key) - 1)
    return next((count for count in range(longest, 0, -1) if key[-count:] in _forms(before=False)), 0)


def _before(key: tuple[str, ...]) -> int:
    longest = min(_LONGEST_FORM, len(key) - 1)
    return next((count for count in range(longest, 0, -1) if key[:count] in _forms(before=True)), 0)


def _within(key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the key without a form that is written together with the name, as in Japanese."""
    for (form,) in (form for before in (True, False) for form in _forms(before=before) if len(form) == 1):
        if not form.isascii() and len(form) > 2 and len(key) == 1 and key[0] != form:
            key = (key[0].removeprefix(form).removesuffix(form) or key[0],)
    return key
