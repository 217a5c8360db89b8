#!/usr/bin/env python
"""Write the reference of the agreement's language: ``scripts/generate_agreement_reference.py [--check]``.

Keys, types, defaults and meanings come from the JSON Schema, lines from the example, sentences from the code that says
them. A key without a meaning, a type without words and a part without a place on the page stop the script.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from accord.agreement import Agreement, clauses, json_schema, load, rule_in_words
from accord.agreement.document_business import AGENDA
from accord.agreement.events import STANDARD_EVENTS
from accord.agreement.in_force import is_carried_out

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "agreement.md"
EXAMPLE = ROOT / "examples" / "northwind" / "agreement.yaml"
INTRODUCTION = """# The language of the agreement

Every key that may stand in an agreement. This page is written by `scripts/generate_agreement_reference.py` from the
code that reads agreements; lines are those of `examples/northwind/agreement.yaml`, and each is followed by the sentence
that both sides sign. **Bold** keys must be there. How to begin:
[Write your first agreement](../tutorial/first-agreement.md).

The file is [YAML](https://yaml.org) as people write it by hand: keys, lists and plain values. `NO` is Norway and not
"false", `12:30` is text, `2026-12-24` is a day. An unknown key is refused with its line and what is valid there.
"""
WORDS_OF_A_PATTERN = {
    "[A-Za-z][A-Za-z0-9_+-]{0,19}": "a letter or a short word",
    "[a-z][a-z0-9_]{0,59}": "a name in small letters, digits and _",
    "^[0-9]+ ((working )?(minute|hour)s?|working days?)$": "a working time: `15 minutes`, `2 working days`",
    "^[0-9]+ (minute|hour|day|week)s?$": "a time: `14 days`, `2 weeks`, `3 hours`",
    "^[0-9]+ (day|week|hour)s?$": "a time in whole days: `30 days`",
    "^[0-9]+ (day|week)s?$": "a number of days: `90 days`, `2 weeks`",
    "^[0-9]+ ?%$": "a percentage: `80 %`",
    "^(at least )?0*(100|[0-9]{1,2}) ?%$": "a share: `at least 70 %`",
    "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$": "an interval of a day: `09:00-12:30`",
    r"^(?!0+(\.0+)? )[0-9]{1,12}(\.[0-9]{1,2})? [A-Z]{3}$": "money: `4200 EUR`, `4.50 EUR`",
    "^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$": "a time zone: `Europe/Berlin`",
    "^([0-9]+ times?|once|twice)$": "`3 times`, `once`, `twice`",
}
PARTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Document", "The document", "What stands at the left margin.", ("company",)),
    ("RoleEntry", "Roles", "`roles:` by name, such as `marketing`.", ("roles.sales", "roles.agency")),
    ("FieldEntry", "Fields", "`fields:` by name.", ("fields.company.employees", "fields.lead.budget")),
    ("Said", "Criteria", "`criteria:` by name: what both sides say, and beside it one [rule](#rules).", ()),
    ("ScoreEntry", "Score", "`score:`", ()),
    ("FitEntry", "Fit points", "Items of `score.fit`.", ("score.fit[0]",)),
    ("EngagementEntry", "Engagement points", "Items of `score.engagement`.", ("score.engagement[4]",)),
    ("GradeEntry", "Grades", "`score.grades:` by name, the best first.", ("score.grades.A", "score.grades.D")),
    ("GateEntry", "Stages", "`stages:` by stage.", ("stages.sql", "stages.sal.stay_at_most")),
    ("HandoffEntry", "Hand-off", "`handoff:`", ("handoff.decide_within", "handoff.sales_checks")),
    (
        "RejectReasonEntry",
        "Reasons for rejecting",
        "`handoff.reject_reasons:` by name.",
        ("handoff.reject_reasons.not_now",),
    ),
    ("SlaEntry", "Promises", "`sla:`", ()),
    ("CalendarEntry", "Working hours", "`sla.calendars:` by name.", ("sla.calendars.field_sales",)),
    ("SalesPromiseEntry", "What sales owes", "Items of `sla.sales`.", ("sla.sales[0]",)),
    ("MarketingPromiseEntry", "How many leads marketing owes", "Items of `sla.marketing`.", ("sla.marketing[0]",)),
    (
        *("MarketingDeadlineEntry", "What marketing owes in time", "Items of `sla.marketing`; one of the first three."),
        ("sla.marketing[1].fill_in",),
    ),
    (
        "BreachStepEntry",
        "When a promise is at risk",
        "Items of `sla.on_breach`.",
        ("sla.on_breach[0]", "sla.on_breach[2]"),
    ),
    ("RoutingEntry", "Who gets the lead", "Items of `routing`.", ("routing[0]", "routing[1].match")),
    ("RecyclingEntry", "Leads that come back", "`recycling:`", ("recycling.at_most",)),
    (
        "RecycleEntry",
        "How a lead goes back",
        "`recycling.lost_deal` and `recycling.never_reached`.",
        ("recycling.lost_deal",),
    ),
    ("NurtureEntry", "Leads that are not ready", "Items of `nurture`.", ("nurture[0]",)),
    ("GoalEntry", "Goals", "Items of `goals`; one of `bookings`, `deals` and `leads`.", ("goals[0]", "goals[2]")),
    ("PricesEntry", "Prices", "`prices:`", ("prices",)),
    ("ProductEntry", "The price list", "`prices.products:` by name.", ("prices.products.flow_meter",)),
    ("DiscountEntry", "Discounts", "Items of `prices.discounts`.", ("prices.discounts[1]",)),
    ("BudgetEntry", "Budget", "`budget:`", ("budget", "budget.channels.webinars", "budget.unit_costs.call_made")),
    ("CampaignEntry", "Campaigns", "`budget.campaigns:` by name.", ("budget.campaigns.spring_webinars",)),
    (
        "CreditEntry",
        "Credit for won money",
        "`credit:` Without it money is credited by `u_shaped`, to touches of everybody in the buying company up to "
        "180 days before the deal was won, without a target. These are defaults; nobody has signed them.",
        ("credit", "credit.inbound"),
    ),
    (
        "WeightsEntry",
        "Weights of your own",
        "`credit.weights:`, such as `{first: 30 %, lead: 30 %, last: 30 %, between: 10 %}`. They come to 100 %. A "
        "touch that stands at several places gets the shares of all of them; where there is no touch for a share, the "
        "others are raised in proportion.",
        (),
    ),
    ("MeetingEntry", "Meetings", "`meetings:` by name.", ("meetings.monthly_review",)),
)
RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        *("FieldNode", "A field"),
        (
            "{field: company.employees, at_least: 50}",
            "{field: company.country, is_any_of: [DE, AT, CH]}",
            '{field: person.title, matches: "*buyer*"}',
            "{field: person.phone, is_missing: true}",
        ),
    ),
    (
        *("EventNode", "What the lead did"),
        (
            "{event: page_viewed, where: [{property: path, starts_with: /pricing}], at_least: twice, within: 14 days}",
            "{event: email_opened, never: true, within: 60 days}",
            "{event: page_viewed, on_days: 3, within: 7 days}",
            "{event: form_submitted, people: 3, within: 7 days}",
            "{event: webinar_attended, followed_by: {event: page_viewed, within: 3 days}}",
            "{event: page_viewed, which: first, within: 7 days}",
        ),
    ),
    ("PropertyKeys", "A condition on a touchpoint", ()),
    ("StepNode", "What followed", ()),
    ("CriterionNode", "A criterion", ("decision_maker", "{criterion: decision_maker}")),
    ("ScoreNode", "A score", ("{score: engagement, at_least: 15}",)),
    ("GradeNode", "The grade", ("{grade: [A, B]}",)),
    ("AllNode", "All of several rules", ("{all: [decision_maker, {field: person.phone, is_present: true}]}",)),
    ("AnyNode", "One of several rules", ("{any: [decision_maker, {grade: A}]}",)),
    ("NoneNode", "None of several rules", ("{none: [decision_maker, has_budget]}",)),
)
UNSEEN = {"Said", "FieldCriterion", "EventCriterion", "SameCriterion", "ScoreCriterion", "GradeCriterion"} | {
    *("AllCriterion", "AnyCriterion", "NoneCriterion")
}
"""Criteria: their keys are ``says`` and those of the rule."""
TITLES = {name: title for name, title, *_ in (*PARTS, *RULES)}


class Reference:
    """Writes the page from the schema and from one agreement."""

    def __init__(self) -> None:
        self.schema = json_schema()
        self.parts = {"Document": self.schema, **self.schema["$defs"]}
        self.text = EXAMPLE.read_text(encoding="utf-8")
        self.lines = self.text.splitlines()
        self.agreement = loaded(self.text)
        self.sentences = {clause.path: clause for clause in clauses(self.agreement)}

    def page(self) -> str:
        """Return the whole page."""
        blocks = [INTRODUCTION]
        for name, title, where, paths in PARTS:
            blocks.append(f"## {title}\n\n{where}")
            blocks.append(self.table(name) if name != "Said" else self.table("FieldCriterion", only=("says",)))
            blocks.extend(self.example(path) for path in paths)
            if name == "Said":
                blocks.extend(self.rules())
        blocks.append("## Standard events\n\n" + "\n".join(events()))
        blocks.append("## What a meeting can look at\n\n" + ", ".join(f"`{item}`" for item in AGENDA))
        missing = self.parts.keys() - TITLES.keys() - UNSEEN
        if missing:
            raise SystemExit(f"no place on the page for {', '.join(sorted(missing))}")
        return "\n\n".join(blocks) + "\n"

    def rules(self) -> Iterator[str]:
        """Yield the blocks about rules."""
        yield "## Rules\n\nA rule is a yes/no statement about a lead: the name of a criterion, or one of these groups."
        for name, title, examples in RULES:
            yield f"### {title}\n\n{self.parts[name]['description']}"
            yield self.table(name)
            for rule in examples:
                yield f"```yaml\n{rule}\n```\n\n> {self.said(rule)}"

    def table(self, name: str, only: tuple[str, ...] = ()) -> str:
        """Return the keys of a part as a table."""
        part = self.parts[name]
        needed = part.get("required", [])
        rows = ["| Key | What may stand there | Default | Meaning |", "|---|---|---|---|"]
        for key, value in part["properties"].items():
            if (only and key not in only) or value.get("not") == {}:
                continue
            meaning = value.get("description") or self.parts[_target(value)]["description"]
            default = value.get("default")
            said = "" if default is None or isinstance(default, dict | list) else f"`{str(default).lower()}`"
            shown = f"**`{key}`**" if key in needed else f"`{key}`"
            rows.append(f"| {shown} | {self.words(value)} | {said} | {meaning} |".replace("|  |", "| |"))
        return "\n".join(rows)

    def words(self, value: dict[str, Any]) -> str:
        """Return what may stand somewhere, in words."""
        match value:
            case {"$ref": str()}:
                return self.link(_target(value))
            case {"const": const}:
                return f"`{str(const).lower()}`"
            case {"enum": [*words]}:
                return "a currency code" if "EUR" in words else ", ".join(f"`{word}`" for word in words)
            case {"oneOf": [*options]} | {"anyOf": [*options]}:
                return self.either(options)
            case {"type": "array", "items": items}:
                return f"a list: {self.words(items)}"
            case {"type": "object", "patternProperties": patterns}:
                return f"by name: {self.words(next(iter(patterns.values())))}"
            case {"type": "object", "additionalProperties": each}:
                return f"by name: {self.words(each)}"
            case {"pattern": str(pattern)}:
                name = pattern.removeprefix("^(?:").removesuffix(")$") if pattern.startswith("^(?:") else pattern
                if name not in WORDS_OF_A_PATTERN:
                    raise SystemExit(f"no words for the pattern {name}")
                return WORDS_OF_A_PATTERN[name]
        return plain_type(value)

    def either(self, options: list[dict[str, Any]]) -> str:
        """Return what one of several things may be; all kinds of rules together are a rule."""
        names = {_target(option) for option in options if "$ref" in option}
        if "AllNode" in names:
            return "a [rule](#rules)"
        if "AllCriterion" in names:
            return "a [criterion](#criteria)"
        return " or ".join(dict.fromkeys(self.words(option) for option in options))

    def link(self, name: str) -> str:
        """Return a link to a part of the page."""
        title = TITLES[name]
        return f"[{title[0].lower()}{title[1:]}](#{title.lower().replace(' ', '-')})"

    def example(self, path: str) -> str:
        """Return the lines of a clause in the example, and its sentence."""
        clause = self.sentences[path]
        line = self.lines[clause.line - 1].partition("   #")[0].strip()
        waits = "" if is_carried_out(path) else " *(not carried out yet)*"
        return f"```yaml\n{line}\n```\n\n> {clause.sentence}{waits}"

    def said(self, rule: str) -> str:
        """Return a rule as the code says it, where it decides who takes the fast lane."""
        lane = next(line for line in self.lines if line.strip().startswith("fast_lane:"))
        agreement = loaded(self.text.replace(lane, f"  fast_lane: {rule}"))
        if agreement.handoff.fast_lane is None:
            raise SystemExit(f"{rule} is no rule")
        return rule_in_words(agreement.handoff.fast_lane, agreement)


def loaded(text: str) -> Agreement:
    """Return the agreement of a text that must be sound."""
    found = load(text, EXAMPLE.name)
    if found.agreement is None:
        raise SystemExit("\n".join(map(str, found.issues)))
    return found.agreement


def events() -> Iterator[str]:
    """Yield a line for each standard event."""
    for name, properties in STANDARD_EVENTS.items():
        yield f"- `{name}`: {', '.join(f'`{each}`' for each in properties)}"


def plain_type(value: dict[str, Any]) -> str:
    """Return a type without a form of its own, in words."""
    kinds = value.get("type")
    if isinstance(kinds, list):
        return "a text, a number, or `true` or `false`" if "boolean" in kinds else "a number or a day"
    if kinds == "string":
        return "a day: `2026-12-24`" if value.get("format") == "date" else "text"
    words = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`"}
    if kinds not in words:
        raise SystemExit(f"no words for {value}")
    return words[kinds]


def _target(value: dict[str, Any]) -> str:
    return str(value["$ref"]).removeprefix("#/$defs/")


def main() -> int:
    """Write the page, or with ``--check`` say whether the committed one is what would be written."""
    text = Reference().page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{PAGE.name} is not in step with the code; run scripts/generate_agreement_reference.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
