"""Addresses that a telephone or a mail program opens."""

from urllib.parse import quote

DIALLED = frozenset("0123456789+*#")


def tel(phone: str) -> str:
    """Return the ``tel:`` address of a number as people write it, or "" if there is nothing to dial.

    Examples:
        >>> tel("+49 (0)89 / 12-34"), tel("unknown")
        ('tel:+490891234', '')
    """
    digits = "".join(sign for sign in phone if sign in DIALLED)
    return f"tel:{digits}" if digits else ""


def mailto(email: str) -> str:
    """Return the ``mailto:`` address of an e-mail address, or "" if there is none.

    Examples:
        >>> mailto("anna.o'neil@example.org"), mailto("")
        ("mailto:anna.o'neil@example.org", '')
    """
    return "mailto:" + quote(email, safe="@'") if email else ""
