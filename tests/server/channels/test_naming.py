"""Names that look like one."""

import pytest

from accord.server.channels.naming import alike


@pytest.mark.parametrize(
    "names",
    [
        ("Spring_Sale", "spring-sale", "springsale"),
        ("Frühling", "fruehling", "fruhling"),
        ("Fr%C3%BChling", "Frühling"),
        ("Fr%25C3%25BChling", "Frühling"),
        ("Fr%FChling", "Frühling"),
        ("FrÃ¼hling", "Frühling"),
        ("spring%20sale", "spring sale"),
        ("Straße", "strasse"),
        ("Cafe\u0301", "café"),
    ],
)
def test_one_name_written_in_several_ways_is_pointed_out(names: tuple[str, ...]) -> None:
    assert alike(names) == (tuple(sorted(names)),)


@pytest.mark.parametrize(
    "names", [("spring-2025", "spring-2026"), ("sale-1", "sale-11"), ("spring", "summer"), ("", " "), ("---", "__")]
)
def test_names_that_mean_two_things_are_left_alone(names: tuple[str, ...]) -> None:
    assert alike(names) == ()
