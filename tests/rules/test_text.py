import pytest

from accord.rules import text_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  DE\u00a0", "de"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("İ", "i\u0307"),
        ("ı", "ı"),
        ("Cafe\u0301", "caf\u00e9"),
        ("Σίσυφος", "σίσυφοσ"),
        ("ﬁ", "fi"),
        ("Å", "\u00e5"),
        ("\u1e9b\u0323", "\u1e69"),
        ("a\u200b", "a\u200b"),
        ("", ""),
    ],
)
def test_the_key_of_a_text(text, key):
    assert text_key(text) == key
