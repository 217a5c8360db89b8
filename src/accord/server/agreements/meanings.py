"""What a change of the agreement comes to, as pages and mails say it."""

from collections.abc import Mapping

from accord.agreement.diff import Meaning

MEANINGS: Mapping[Meaning, tuple[str, str, str]] = {
    Meaning.NONE: (
        "Means the same",
        "neutral",
        "Only comments, spelling or order differ; nothing that is carried out.",
    ),
    Meaning.WORDING: ("Wording only", "info", "Names, labels and wording differ; every lead comes out as before."),
    Meaning.OUTCOMES: ("Changes outcomes", "soon", "Leads may be judged, handed over or answered differently."),
}
"""By meaning: in two words, the tone of the pill, and in a sentence."""
