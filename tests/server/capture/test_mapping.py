"""What a mapping may say, and how a wrong one is refused."""

import pytest

from accord.server.capture.errors import MappingError
from accord.server.capture.mapping import FileMapping, load_mapping


def load(text: str) -> FileMapping:
    return load_mapping(text, "map.yaml", None)


def refused(text: str) -> list[str]:
    with pytest.raises(MappingError) as caught:
        load(text)
    return [str(issue) for issue in caught.value.issues]


def leads(columns: str = "  lead.source: origin", more: str = "") -> str:
    return f"accord_import: 1\nkind: leads\n{more}id: mql_id\ncolumns:\n{columns}\n"


def test_a_mapping_says_which_column_becomes_what() -> None:
    mapping = load(
        leads("  lead.source: origin\n  lead.stage: {constant: mql}", "file: {time_zone: America/Sao_Paulo}\n")
    )

    assert mapping.columns_read() == {"mql_id": "id", "origin": "lead.source"}
    assert mapping.zone.key == "America/Sao_Paulo"
    assert mapping.columns[2].origin.constant == "mql"


def test_a_mistyped_field_is_refused_with_its_line_and_what_was_meant() -> None:
    assert refused(leads("  lead.sorce: origin")) == [
        "map.yaml:5: unknown field 'lead.sorce' for leads; did you mean 'lead.source'?"
    ]


def test_a_mistyped_key_is_refused_with_its_line_and_what_was_meant() -> None:
    text = leads(more="file: {encodng: utf-8}\n")
    assert refused(text) == ["map.yaml:3: unknown key 'encodng'; did you mean 'encoding'?"]
    assert refused(leads("  lead.source: {colum: x}"))[0] == "map.yaml:5: unknown key 'colum'; did you mean 'column'?"


def test_every_fault_is_reported_at_once() -> None:
    found = refused("accord_import: 2\nkind: leeds\nid: x\ncolumns:\n  lead.source: a\n")
    assert found == [
        "map.yaml:1: version '2' of the mapping language is not known; write 'accord_import: 1'",
        "map.yaml:2: 'kind' cannot be 'leeds'; did you mean 'leads'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "map.yaml:1: the document is empty; start it with 'accord_import: 1'"),
        ("- a\n", "map.yaml:1: the document must be made of keys with values, such as 'kind: leads'"),
        ("accord_import: 1\nkind: leads\n", "map.yaml:1: the mapping needs 'id'"),
        (leads("  lead.source: {}"), "map.yaml:5: give either 'column' or 'constant'"),
        (leads("  lead.source: {column: a, constant: b}"), "map.yaml:5: give either 'column' or 'constant'"),
        (leads(more="file: {encoding: klingon}\n"), "map.yaml:3: unknown encoding 'klingon'"),
        (leads(more="file: {delimiter: ab}\n"), "map.yaml:3: the delimiter must be one character, but is 'ab'"),
        (leads(more="file: {time_zone: Europe/Berln}\n"), "map.yaml:3: unknown time zone 'Europe/Berln'; did you mean"),
        (leads(more="file: {decimal: x}\n"), "map.yaml:3: 'decimal' cannot be 'x'"),
        (leads("  lead.first_contact_at: {column: a, format: '%Q'}"), "map.yaml:5: the format '%Q' cannot be read"),
        (leads("  lead.source: [a]"), "map.yaml:5: 'lead.source' must be a group of keys or the name of a column"),
        (leads("  lead.source: {column: a, type: integer}"), "map.yaml:5: only a property has a type"),
        (leads("  lead.source: a\n  lead.source: b"), "map.yaml:6: 'lead.source' stands here twice"),
        (leads("  lead.source: 'a"), "map.yaml:"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(text: str, said: str) -> None:
    assert refused(text)[0].startswith(said)


def test_what_a_kind_of_file_cannot_do_without_is_asked_for() -> None:
    found = refused("accord_import: 1\nkind: touchpoints\nid: a\ncolumns:\n  touchpoint.at: b\n")
    assert found == [
        "map.yaml:4: touchpoints need 'touchpoint.event'; map a column to it, or a constant",
        "map.yaml:4: touchpoints must say whom they belong to; map one of person.email, person.external_id, "
        "lead.external_id",
    ]


def test_fields_of_ones_own_need_an_agreement_that_declares_them() -> None:
    assert "once an agreement that declares them is in force" in refused(leads("  company.employees: staff"))[0]
