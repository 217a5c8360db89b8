"""The tests of an agreement in batch: each case is a lead in the tables from which all leads are judged at once.

What a lead is offered for (the team, and by when sales owes what) is not judged in batch, so it is not answered here.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from accord.agreement import Agreement
from accord.agreement.cases import CRITERIA, Answer, Case, Outcome
from accord.insight.engines import Engine
from accord.insight.history import FIELD_CHANGES, PEOPLE, STANDINGS, tables_for
from accord.insight.judging import BatchJudgement
from accord.insight.judging.batch import judge_leads
from accord.insight.star import Table, Type
from accord.rules import Touchpoint, microseconds, property_columns

_MOST_PEOPLE = 1_000_000
"""People of one case have numbers in a range of their own: the lead's person the first, colleagues those after it."""

_ALWAYS = 0
"""Since when the fields of a case are known, in microseconds."""

_EMPTY: Mapping[Type, object] = {Type.TEXT: "", Type.BIGINT: 0, Type.BOOLEAN: False, Type.DECIMAL: 0}

Cells = dict[str, Any]


def batch_outcomes(cases: Sequence[Case], agreement: Agreement, engine: Engine) -> tuple[Outcome, ...]:
    """Return what judging all cases at once says of each; teams and deadlines are not among it.

    Args:
        cases: In any order; the answers come in the same.
        agreement: By which they are judged.
        engine: Empty, and left with the cases in it.
    """
    for table in (*tables_for([agreement]), STANDINGS):
        engine.load_rows(table, _rows(table, cases))
    judged = {each.lead_id: each for each in judge_leads(engine, agreement)}
    return tuple(_outcome(judged[place]) for place in range(1, len(cases) + 1))


def _outcome(judged: BatchJudgement) -> dict[str, Answer]:
    criteria: dict[str, Answer] = {f"{CRITERIA}{name}": held for name, held in judged.criteria.items()}
    return {
        **criteria,
        "fit": judged.fit,
        "engagement": judged.engagement,
        "grade": judged.grade,
        "stage": judged.stage.value,
        "ready": judged.ready,
        "fast_lane": judged.fast_lane,
        "held_for": judged.held_for,
    }


def _rows(table: Table, cases: Sequence[Case]) -> Iterator[list[object]]:
    made = {
        PEOPLE.name: _people,
        FIELD_CHANGES.name: _fields,
        STANDINGS.name: _standings,
        "touchpoints": _touchpoints,
        "leads": _leads,
    }.get(table.name)
    empty = {column.name: None if column.nullable else _EMPTY[column.type] for column in table.columns}
    numbers = count(1)
    for place, case in enumerate(cases, start=1):
        for cells in made(case, place) if made else ():
            filled = {**empty, **cells, **({"touchpoint_id": next(numbers)} if table.name == "touchpoints" else {})}
            yield [filled[column.name] for column in table.columns]


def _people(case: Case, place: int) -> Iterator[Cells]:
    yield {"person_id": place * _MOST_PEOPLE, "company_id": place, "known_us": _ALWAYS}
    for number in range(1, len(case.facts.colleagues) + 1):
        yield {"person_id": place * _MOST_PEOPLE + number, "company_id": place}


def _fields(case: Case, place: int) -> Iterator[Cells]:
    ids = {"company": place, "person": place * _MOST_PEOPLE, "lead": place}
    for name, value in case.facts.fields.items():
        subject = name.partition(".")[0]
        text, number = property_columns(value)
        cells = {"subject": subject, "subject_id": ids[subject], "field": name, "at_us": _ALWAYS, "exact": True}
        yield {**cells, "text": text, "number": number}


def _standings(case: Case, place: int) -> Iterator[Cells]:
    yield {
        "lead_id": place,
        "person_id": place * _MOST_PEOPLE,
        "at_us": microseconds(case.at),
        "stage": case.standing.stage.value,
        "handed_over": case.standing.handed_over,
        "held": bool(case.standing.held_for),
    }


def _touchpoints(case: Case, place: int) -> Iterator[Cells]:
    timelines = [case.facts.touchpoints, *(each.touchpoints for each in case.facts.colleagues.values())]
    for number, touchpoints in enumerate(timelines):
        yield from (_touchpoint(each, place * _MOST_PEOPLE + number) for each in touchpoints)


def _touchpoint(touchpoint: Touchpoint, person: int) -> Cells:
    cells: Cells = {"person_id": person, "event": touchpoint.event, "at_us": touchpoint.microseconds}
    for name, value in touchpoint.properties.items():
        cells[f"{name} text"], cells[f"{name} number"] = property_columns(value)
    return cells


def _leads(case: Case, place: int) -> Iterator[Cells]:
    now = microseconds(case.at)
    yield {
        "lead_id": place,
        "person_id": place * _MOST_PEOPLE,
        "cycle": 1,
        "first_contact_us": _ALWAYS,
        "opened_us": now,
        "stage": case.standing.stage.value,
        "handed_over_us": now if case.standing.handed_over else None,
    }
