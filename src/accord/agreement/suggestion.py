"""The nearest valid word to one that is not valid: "did you mean …?"."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

SHOWN = 12
"""How many valid words a hint lists before it breaks off."""


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """Return the valid word that ``word`` was probably meant to be, or None.

    Examples:
        >>> nearest("company.employes", ["company.employees", "company.country"])
        'company.employees'
        >>> nearest("company.title", ["company.employees", "person.title"])
        'person.title'
        >>> nearest("colour", ["company.employees"]) is None
        True
    """
    words = list(valid)
    group, _, tail = word[:100].rpartition(".")
    grouped = {each.rpartition(".")[2]: each for each in words if each.rpartition(".")[0] == group}
    if grouped or not group:  # the shared beginning must not make "company.name" resemble "company.since"
        same_tail = next((each for each in words if "." in each and each.rpartition(".")[2] == tail), None)
        return _closest(tail, grouped) or same_tail
    return _closest(word[:100], {each: each for each in words})


def hint_for(word: str, valid: Iterable[str]) -> str:
    """Return a hint that names the nearest valid word, or else what is valid.

    Examples:
        >>> hint_for("mqll", ["lead", "mql", "sql"])
        "did you mean 'mql'?"
        >>> hint_for("purple", ["lead", "mql"])
        'valid here: lead, mql'
    """
    words = list(valid)
    close = nearest(word, words)
    if close is not None:
        return f"did you mean '{close}'?"
    if not words:
        return "none is defined yet"
    shown = ", ".join(words[:SHOWN])
    return f"valid here: {shown}, …" if len(words) > SHOWN else f"valid here: {shown}"


def _closest(word: str, valid: Mapping[str, str]) -> str | None:
    by_key = {_key(each): meant for each, meant in valid.items()}
    close = get_close_matches(_key(word), by_key, n=1, cutoff=0.7)
    return by_key[close[0]] if close else None


def _key(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
