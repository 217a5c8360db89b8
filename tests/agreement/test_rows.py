import pytest

from accord.agreement.rows import RowError, clause_of, rows, with_value


def row(text: str, path: str):
    return next(each for each in rows(text) if each.path == path)


def difference(before: str, after: str) -> list[str]:
    """The lines of the newer text that are not in the older; both have as many."""
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [line for was, line in zip(old, new, strict=True) if was != line]


def test_the_values_of_a_document_are_rows_with_their_clause_line_and_a_label(northwind: str) -> None:
    found = row(northwind, "criteria.right_company.all[0].at_least")
    assert (found.clause, found.label, found.value) == ("criteria.right_company", "company employees · at least", "50")
    assert northwind.split("\n")[found.line - 1].strip() == "- {field: company.employees, at_least: 50}"
    assert row(northwind, "handoff.if_undecided").choices == ("accepted", "escalated")
    assert row(northwind, "criteria.right_company.all[1].is_any_of").value == "DE, AT, CH, GB, US"
    assert row(northwind, "score.engagement[4].points").label == "page viewed · points"


def test_what_a_clause_refers_to_is_no_row(northwind: str) -> None:
    paths = {each.path for each in rows(northwind)}
    assert not [path for path in paths if path.endswith((".field", ".event", ".when", ".for", "accord"))]


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("criteria.right_company.all[0].at_least", "60", "      - {field: company.employees, at_least: 60}"),
        ("criteria.right_company.all[1].is_any_of", "DE,FR", "      - {field: company.country, is_any_of: [DE, FR]}"),
        ("timezone", "Europe/Vienna", "timezone: Europe/Vienna        # in which a day begins and ends"),
        ("handoff.if_undecided", "escalated", "  if_undecided: escalated       # silence means yes"),
        ("sla.calendars.enterprise_desk.hours.mon-fri", "09:00-18:00", "      hours: {mon-fri: [09:00-18:00]}"),
    ],
)
def test_a_value_is_changed_in_its_place_and_the_rest_stays(northwind: str, path: str, value: str, line: str) -> None:
    assert difference(northwind, with_value(northwind, path, value)) == [line]


@pytest.mark.parametrize(
    "said", ["Bad: timing, really # no", "2026", "NO", 'A "quoted" word', "true", "ünï → ☎", "[x", "- a", "a: b"]
)
def test_any_words_can_be_a_label_and_come_back_as_they_were(northwind: str, said: str) -> None:
    path = "handoff.reject_reasons.not_now.label"
    changed = with_value(northwind, path, said)
    assert row(changed, path).value == said
    assert len(difference(northwind, changed)) == 1
    assert len(rows(changed)) == len(rows(northwind))


def test_a_line_break_counts_as_a_space(northwind: str) -> None:
    changed = with_value(northwind, "company", " North\n wind ")
    assert difference(northwind, changed) == ["company: North wind"]


def test_quotes_stay_where_they_were() -> None:
    text = "company: 'Acme'  # ours\ncriteria:\n  a: {says: \"x\", is: 'DE'}\n"
    assert with_value(text, "company", "Beta") == text.replace("'Acme'", '"Beta"')
    assert with_value(text, "criteria.a.is", "AT") == text.replace("'DE'", '"AT"')


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [("criteria.none.at_least", "1", "row.unknown"), ("company", "  ", "row.empty"),
     ("criteria.right_company.all[1].is_any_of", ",", "row.unwritable")],
)  # fmt: skip
def test_what_cannot_be_changed_is_refused_with_a_reason(northwind: str, path: str, value: str, code: str) -> None:
    with pytest.raises(RowError) as refused:
        with_value(northwind, path, value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["", "a: [", "- a", "a: &x 1\nb: *x\n", "a: |\n  long\n", "? [a]\n: 1\n", "\x00", "a: {b: }"]
)
def test_what_is_no_document_of_single_values_has_no_rows(text: str) -> None:
    assert rows(text) == ()


def test_the_clause_of_a_value_is_the_one_that_is_read_in_english() -> None:
    assert clause_of("fields.company.employees.owner") == "fields.company.employees"
    assert clause_of("score.grades.A.fit") == "score.grades.A"
    assert clause_of("routing[0].to") == "routing[0]"
    assert clause_of("company") == "company"
    assert clause_of("stages.mql.when.all[1].at_least") == "stages.mql"
