"""Names of people as they are compared. Pure."""

import re
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset(["dr", "prof", "mr", "mrs", "ms", "herr", "frau", "ing", "dipl", "mag", "med", "phd", "jr", "sr"])


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name: case-folded, without accents and titles. A number is a word: it tells two apart.

    Examples:
        >>> name_words("Dr. Jürgen von Weiß")
        ('jurgen', 'von', 'weiss')
        >>> name_words("LOVELACE, Ada"), name_words("Person 1")
        (('ada', 'lovelace'), ('person', '1'))
    """
    family, comma, given = name.partition(",")
    whole = f"{given} {family}" if comma and given.strip() else name
    bare = "".join(sign for sign in normalize("NFKD", whole.casefold()) if not 0x300 <= ord(sign) <= 0x36F)
    return tuple(word for word in _WORD.findall(bare) if word not in _TITLES)


def names_agree(one: str, other: str) -> bool:
    """Return whether two names may be one person's: the same last word, and first words of which one begins the other.

    Two names of one word each agree if they are equal; one word alone agrees with a longer name that ends with it.

    Examples:
        >>> names_agree("Ada Lovelace", "A. Lovelace"), names_agree("Ada Lovelace", "Bob Lovelace")
        (True, False)
        >>> names_agree("Ada Lovelace", "Lovelace"), names_agree("", "Ada"), names_agree("Person 1", "Person 2")
        (True, False, False)
    """
    first, second = name_words(one), name_words(other)
    if not first or not second or first[-1] != second[-1]:
        return False
    if len(first) == 1 or len(second) == 1:
        return True
    return first[0].startswith(second[0]) or second[0].startswith(first[0])
