"""What each component draws."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from accord.server.ui import components, words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def draw(source: str, address: str = "/leads/", **context: object) -> str:
    request = RequestFactory().get(address)
    return Template("{% load accord_ui %}" + source).render(Context({"request": request, **context}))


def test_an_icon_is_decoration_unless_it_is_named():
    assert 'aria-hidden="true"' in draw('{% icon "phone" %}')
    named = draw('{% icon "bolt" "Fast lane" size="sm" %}')
    assert 'role="img" aria-label="Fast lane"' in named
    assert "icon-sm" in named
    assert "aria-hidden" not in named
    assert "icons.svg#bolt" in named


def test_what_users_typed_is_escaped_in_every_component():
    evil = '<b>&"'
    drawn = draw(
        "{% icon x x %}{% stage x %}{% grade x %}{% pill x x %}{% avatar x %}{% defined x x %}{% kpi x x note=x %}"
        "{% empty_state x x x x x %}{% bar 1 2 x %}{% sparkline v x %}{% sort_head x x %}{% segments x o x %}"
        "{% filter_bar search=x target=x %}{{ x }}{% endfilter_bar %}{% funnel s x %}",
        "/leads/?q=%3Cb%3E&sort=%3Cb%3E",
        x=evil, v=[1, 2], o=[(evil, evil)], s=[{"label": evil, "count": 1, "href": evil}],
    )  # fmt: skip
    assert "<b>" not in drawn


def test_a_stage_says_its_meaning_and_an_unknown_one_its_own_name():
    assert 'title="Marketing-qualified lead' in draw('{% stage "mql" %}')
    assert ">MQL</span>" in draw('{% stage "MQL" %}')
    assert ">piloting</span>" in draw('{% stage "piloting" %}')


def test_a_grade_is_read_as_one_and_a_missing_grade_is_a_dash():
    assert draw('{% grade "A" %}').endswith("Grade </span>A</span>")
    assert "grade-none" in draw('{% grade "" %}')
    assert "–" in draw('{% grade "" %}')


def test_the_same_name_always_has_the_same_colour():
    assert draw('{% avatar "Priya Nair" %}') == draw('{% avatar "Priya Nair" %}')
    assert ">PN<" in draw('{% avatar "Priya Nair" %}')


@pytest.mark.parametrize(
    ("minutes", "text", "state"),
    [(12, "due in 12 min", "soon"), (16, "due in 16 min", "ok"), (15, "due in 15 min", "soon"),
     (0, "due now", "late"), (-130, "overdue by 2 h 10 min", "late"), (95, "due in 1 h 35 min", "ok"),
     (60 * 24, "due Tue 3 Mar, 12:00", "ok")],
)  # fmt: skip
def test_a_countdown_says_how_long_is_left_and_how_urgent_that_is(minutes: int, text: str, state: str):
    drawn = draw("{% countdown due now=now %}", due=NOON + timedelta(minutes=minutes), now=NOON)
    assert f">{text}</time>" in drawn
    assert f'class="countdown {state}"' in drawn
    assert "data-due" in drawn


def test_a_countdown_shows_the_wall_clock_of_the_reader():
    with timezone.override("Europe/Berlin"):
        drawn = draw("{% countdown due now=now %}", due=NOON + timedelta(days=2), now=NOON)
    assert "due Wed 4 Mar, 13:00" in drawn
    assert 'datetime="2026-03-04T13:00:00+01:00"' in drawn


def test_a_clock_that_is_not_set_is_a_dash():
    assert draw("{% countdown due %}{% ago due %}", due=None) == "––"


def test_a_past_moment_is_told_from_now_with_the_whole_date_on_hover():
    drawn = draw("{% ago at now=now %}", at=NOON - timedelta(hours=3), now=NOON)
    assert ">3 h ago</time>" in drawn
    assert 'title="Monday 2 March 2026, 09:00 UTC"' in drawn


@pytest.mark.parametrize(
    ("source", "shown"),
    [('{{ x|money:"EUR" }}', "€12,400.55"), ("{{ x|money_whole }}", "€12,401"), ("{{ x|money_short }}", "€12.4 k"),
     ("{{ x|number:1 }}", "12,400.6"), ("{{ c|cents|money:'CHF' }}", "CHF 1.05"), ("{{ s|percent }}", "16.3 %"),
     ("{{ d|duration }}", "2 h 5 min"), ("{{ d|duration:1 }}", "2 h"),
     ("{{ n|money }}{{ n|percent }}{{ n|number }}{{ n|duration }}{{ n|cents|money }}", "–––––")],
)  # fmt: skip
def test_a_filter_says_a_figure_in_the_users_words_and_a_missing_one_as_a_dash(source: str, shown: str):
    figures = {"x": Decimal("12400.55"), "c": 105, "s": 0.1634, "d": timedelta(hours=2, minutes=5), "n": None}
    assert draw(source, **figures) == shown


def test_money_never_shows_minus_zero_and_rounds_halves_away_from_zero():
    assert words.money(Decimal("-0.004")) == "€0.00"
    assert words.money(Decimal("-0.005")) == "−€0.01"
    assert words.money(Decimal("0.005")) == "€0.01"


@pytest.mark.parametrize(("value", "most", "drawn"), [(1, 4, "25%"), (9, 4, "100%"), (-1, 4, "0%"), (3, 0, "0%")])
def test_a_bar_never_leaves_its_track(value: float, most: float, drawn: str):
    assert components.width(value, most) == drawn
    assert f'class="bar-fill" width="{drawn}"' in draw("{% bar v m %}", v=value, m=most)


def test_a_bar_marks_where_it_ought_to_be():
    assert 'x1="80%"' in draw("{% bar 84 120 mark=96 %}")
    assert "bar-mark" not in draw("{% bar 84 120 %}")


def test_a_funnel_never_claims_more_than_a_hundred_per_cent():
    """Lesson 26: skipped stages and empty bases give no percentage instead of a false one."""
    steps = components.funnel_steps(
        [{"label": "Leads", "count": 10}, {"label": "MQL", "count": 5}, {"label": "SAL", "count": 8},
         {"label": "SQL", "count": 0}, {"label": "Customer", "count": 0}]
    )  # fmt: skip
    assert [step.of_previous for step in steps] == ["", "50 %", "–", "0 %", "–"]
    assert [step.of_first for step in steps] == ["", "50 %", "80 %", "0 %", "0 %"]
    assert [step.width for step in steps] == ["100%", "50%", "80%", "0%", "0%"]


def test_a_funnels_counts_open_onto_their_rows():
    drawn = draw("{% funnel s 'Funnel' %}", s=[{"label": "Leads", "count": 1240, "href": "/leads/?stage=lead"}])
    assert '<a href="/leads/?stage=lead">1,240</a>' in drawn


def test_a_sparkline_needs_two_values():
    assert components.sparkline_points([1]) == ""
    assert components.sparkline_points([0, 1]) == "2.0,22.0 94.0,2.0"
    assert components.sparkline_points([5, 5]) == "2.0,22.0 94.0,22.0"


def test_a_sortable_head_turns_its_order_round_keeps_the_filters_and_leaves_the_page():
    drawn = draw('{% sort_head "Company" "company" %}', "/leads/?q=web&sort=company&page=3")
    assert 'aria-sort="ascending"' in drawn
    assert 'href="?q=web&amp;sort=-company"' in drawn
    assert 'href="?sort=company"' in draw('{% sort_head "Company" "company" %}')
    assert "aria-sort" not in draw('{% sort_head "Company" "company" %}', "/leads/?sort=stage")


def test_a_column_of_numbers_sorts_the_largest_first_and_the_default_order_is_marked():
    assert 'href="?sort=-amount"' in draw('{% sort_head "Amount" "amount" number=True %}')
    assert 'aria-sort="descending"' in draw('{% sort_head "Last touch" "at" default="-at" %}')


def test_pages_keep_the_query_string_and_the_first_page_has_no_number():
    page = Paginator(range(312), 20).page(2)
    drawn = draw('{% pagination page "leads" "#leads" %}', "/leads/?q=web&page=2", page=page)
    assert "21–40 of 312 leads" in drawn
    assert 'href="?q=web" rel="prev"' in drawn
    assert 'href="?q=web&amp;page=3" rel="next"' in drawn
    assert drawn.count('aria-current="page"') == 1
    assert 'hx-target="#leads"' in drawn


def test_a_list_of_one_page_has_no_links_and_an_empty_one_says_so():
    assert "<a" not in draw("{% pagination page %}", page=Paginator(range(3), 20).page(1))
    assert "None" in draw("{% pagination page %}", page=Paginator([], 20).page(1))


def test_a_filter_bar_keeps_what_was_typed_and_the_order_and_offers_to_clear():
    drawn = draw(
        '{% filter_bar search="Person" target="#l" %}<select name="stage"></select>{% endfilter_bar %}',
        "/leads/?q=w%26b&sort=-at&stage=mql&page=2",
    )
    assert 'value="w&amp;b"' in drawn
    assert '<input type="hidden" name="sort" value="-at">' in drawn
    assert '<select name="stage"></select>' in drawn
    assert 'href="?sort=-at">Clear</a>' in drawn
    assert 'hx-get="/leads/"' in drawn
    assert 'name="page"' not in drawn


def test_a_filter_bar_without_filters_has_nothing_to_clear():
    assert "Clear" not in draw("{% filter_bar %}{% endfilter_bar %}", "/leads/?sort=-at&stage=")


def test_the_chosen_segment_is_marked_and_the_others_keep_the_query_string():
    source = '{% segments "view" o "Whose" default="mine" %}'
    options = [("mine", "Mine", 5), ("all", "All")]
    assert '<a href="?view=mine" aria-current="true">Mine <span class="count">5</span></a>' in draw(source, o=options)
    assert '<a href="?q=w&amp;view=all" aria-current="true">All</a>' in draw(source, "/?q=w&view=all&page=2", o=options)


def test_an_empty_page_says_what_to_do_next():
    drawn = draw('{% empty_state "inbox" "Nobody is waiting" "See the leads." "/leads/" "See them" %}')
    assert 'href="/leads/">See them</a>' in drawn


def test_a_figure_opens_onto_its_rows_and_carries_its_definition():
    drawn = draw('{% kpi "Overdue" 3 href="/leads/?late=1" definition="Past due" tone="late" reached=3 most=9 %}')
    assert '<a href="/leads/?late=1">3</a>' in drawn
    assert 'data-definition="Past due"' in drawn
    assert 'width="33.33%"' in drawn


class Form(forms.Form):
    email = forms.EmailField(help_text="Where we write to")
    note = forms.CharField(required=False)
    sure = forms.BooleanField()
    kind = forms.ChoiceField(choices=[("a", "A")])


def test_a_field_keeps_what_was_typed_and_ties_its_error_to_the_input():
    drawn = draw("{% field form.email placeholder='x' %}", form=Form({"email": "no address"}))
    assert 'value="no address"' in drawn
    assert 'aria-describedby="id_email_help id_email_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_email_error">Enter a valid email address.' in drawn
    assert 'placeholder="x"' in drawn
    assert '<label class="form-label" for="id_email">' in drawn


def test_a_field_says_when_it_may_be_left_empty_and_looks_like_its_kind():
    assert "optional" in draw("{% field form.note %}", form=Form())
    assert 'class="form-check-input"' in draw("{% field form.sure %}", form=Form())
    assert 'class="form-select"' in draw("{% field form.kind %}", form=Form())
