import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.agreement.editor import refusals

import accord.agreement
from accord.agreement import json_schema, load
from accord.agreement.document import Document
from accord.agreement.english_words import DUTIES, EVENTS
from accord.agreement.events import STANDARD_EVENTS
from accord.agreement.source import read_source
from accord.errors import Level

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
SMALL = (HERE / "small.yaml").read_text(encoding="utf-8")
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['new']!r:.60}")
    for file in sorted((HERE / "broken").glob("*.yaml"))
    for case in YAML(typ="safe", pure=True).load(file)
    if not read_source(SMALL.replace(case["old"], case["new"], 1), "a.yaml").issues
]
"""Without those that are no YAML of ours, so that no schema ever sees them."""
SHAPE = {
    *("missing_key", "unknown_key", "unknown_section", "several_rules", "not_a_rule", "not_a_group", "not_a_list"),
    *("not_text", "not_a_number", "not_yes_no", "not_a_day", "only_true", "out_of_range", "wrong_amount", "wrong_name"),
    *("unknown_addressee", "unknown_currency", "unknown_duty", "unknown_outcome", "unknown_period", "unknown_score"),
    *(
        "unknown_stage",
        "unknown_type",
        "unknown_version",
        "unknown_model",
        "unknown_circle_of_people",
        "empty_value",
        "empty_list",
        "too_many_keys",
    ),
    *("negative_cap", "half_a_promise", "no_calendar", "no_reject_reasons", "no_routing", "no_sales_promise"),
}
"""What is wrong with the shape of a document, rather than with what it refers to."""
BEYOND_THE_SCHEMA = {
    'fri-mon: ["09:00-17:00"]': "a range of weekdays that runs backwards",
    "half_life: 36 hours": "hours that are no whole days",
    "event: page_viewed\n    at_least: 0 times": "a number of times that is none",
    "all: []": "the models let an empty combination through to the checks",
}
"""Faults of shape that JSON Schema cannot see, by what is written."""


@pytest.mark.parametrize("file", ["northwind/agreement.yaml", "small.yaml", "full.yaml"])
def test_a_sound_document_is_valid_by_the_schema(file: str) -> None:
    path = EXAMPLES / file if "/" in file else HERE / file

    assert refusals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("case", CASES)
def test_the_schema_refuses_what_has_the_wrong_shape_and_nothing_that_is_sound(case: dict[str, Any]) -> None:
    text = SMALL.replace(case["old"], case["new"], -1 if case.get("everywhere") else 1)
    errors = {
        issue.code.removeprefix("agreement.") for issue in load(text, "a.yaml").issues if issue.level is Level.ERROR
    }

    if errors & SHAPE and case["new"] not in BEYOND_THE_SCHEMA:
        assert refusals(text)
    elif not errors:
        assert refusals(text) == []


def test_every_key_says_what_it_is_for() -> None:
    schema = json_schema()

    nameless = [
        f"{name}.{key}"
        for name, part in [("", schema), *schema["$defs"].items()]
        for key, value in part.get("properties", {}).items()
        if not value.get("description") and "$ref" not in value
    ]

    assert nameless == []


COMMITTED = Path(accord.agreement.__file__).parent / "agreement.schema.json"


def test_the_committed_schema_is_in_step_with_the_models() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json_schema()


def test_the_schema_names_every_key_and_refuses_all_others() -> None:
    schema = json_schema()

    assert set(schema["properties"]) == set(Document.model_fields)
    groups = [part for part in (schema, *schema["$defs"].values()) if part.get("type") == "object"]
    assert len(groups) > 20
    assert all(part["additionalProperties"] is False for part in groups)
    assert "for" in schema["$defs"]["SalesPromiseEntry"]["properties"]
    assert "is" in schema["$defs"]["FieldNode"]["properties"]


def test_every_standard_event_has_its_words() -> None:
    assert set(EVENTS) == set(STANDARD_EVENTS)


def test_every_duty_has_its_words() -> None:
    assert sorted(DUTIES) == sorted(json_schema()["$defs"]["RoleEntry"]["properties"]["does"]["items"]["enum"])
