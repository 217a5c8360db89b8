"""What a spreadsheet would run, and what it would not."""

import pytest

from accord.server.files.csv_file import harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["a=b", " =1", "x@y.example", "", "O'Neil", "+49 (89) 1234-56", "-5", "+1.50"])
def test_a_text_that_only_contains_such_a_sign_and_a_number_are_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_what_is_no_text_stays_what_it_is() -> None:
    assert [harmless(None), harmless(-5), harmless(True)] == [None, -5, True]
