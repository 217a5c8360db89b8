"""Text is compared by its key, which is computed here and nowhere else, so that no engine's own lower-casing counts."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65536)
def text_key(text: str) -> str:
    """Return the key by which ``text`` is compared: NFC, trimmed, case-folded, NFC again.

    Examples:
        >>> text_key("  Straße ")
        'strasse'
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())
