"""What is shown of an address that is a secret."""

from urllib.parse import urlsplit

SHOWN = 4
"""How many of the last characters are shown, so that two can be told apart."""


def masked(url: str) -> str:
    """Return what tells an address from others without giving it away.

    Examples:
        >>> masked("https://hooks.slack.com/services/T0/B0/abcdefghijklmnop")
        'hooks.slack.com/…mnop'
    """
    return f"{urlsplit(url).hostname}/…{url[-SHOWN:]}"
