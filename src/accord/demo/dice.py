"""Luck that is the same in every run of the same seed, whatever else is drawn before it."""

from random import Random


def dice(seed: int, about: str, *which: object) -> Random:
    """Return the luck of one thing, such as a lead or an offer: it depends on nothing but the seed and its name."""
    return Random(":".join(map(str, (seed, about, *which))))  # noqa: S311  (a made-up company, not a secret)
