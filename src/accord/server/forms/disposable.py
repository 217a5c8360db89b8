"""Domains that give addresses for a few minutes, by a public list: a hint, never a reason by itself."""

from functools import cache


@cache
def _listed() -> frozenset[str]:
    from disposable_email_domains import blocklist  # noqa: PLC0415  (a list of thousands, wanted by forms alone)

    return frozenset(blocklist)


def is_disposable(email_key: str) -> bool:
    """Return whether an address is of such a domain, or of one below it.

    Examples:
        >>> is_disposable("a@mailinator.com"), is_disposable("a@x.mailinator.com"), is_disposable("a@example.com")
        (True, True, False)
    """
    labels = email_key.rpartition("@")[2].split(".")
    return any(".".join(labels[place:]) in _listed() for place in range(len(labels) - 1))
