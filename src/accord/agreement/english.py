"""The agreement in English: every clause as one sentence that both sides understand, for the page that they sign."""

from dataclasses import dataclass
from itertools import groupby

from accord.agreement import english_words as words
from accord.agreement.build_rules import GRADE_FIELD
from accord.agreement.clauses import Clause, Section, spoken
from accord.agreement.english_business import BusinessInEnglish
from accord.agreement.english_care import CareInEnglish
from accord.agreement.english_rules import RulesInEnglish
from accord.agreement.plan import (
    Agreement,
    BreachStep,
    Criterion,
    Disqualify,
    Field,
    FieldType,
    MarketingPromise,
    Recycle,
    RejectReason,
    Role,
    RoutingRule,
    SalesPromise,
    Stage,
    StageGate,
)
from accord.clock import Budget, Calendar
from accord.rules import FieldRule, Rule, Selection
from accord.scoring import EngagementClause, FitClause, Grade

_TITLES = {
    Section.PARTIES: "Who takes part",
    Section.CRITERIA: "What counts as a good lead",
    Section.SCORE: "Score",
    Section.STAGES: "Stages",
    Section.HANDOFF: "Hand-off",
    Section.SALES: "What sales owes",
    Section.MARKETING: "What marketing owes",
    Section.BREACH: "When a promise is at risk",
    Section.ROUTING: "Who gets the lead",
    Section.RECYCLING: "Leads that come back",
    Section.NURTURE: "Leads that are not ready",
    Section.GOALS: "Goals",
    Section.PRICES: "Prices",
    Section.BUDGET: "Budget",
    Section.CREDIT: "Credit for won money",
    Section.MEETINGS: "Meetings",
    Section.HOURS: "Working hours",
    Section.FIELDS: "The words that both sides share",
}

_TYPES = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "a whole number",
    FieldType.DECIMAL: "a number",
    FieldType.BOOLEAN: "yes or no",
    FieldType.DATE: "a day",
}


def clauses(agreement: Agreement) -> tuple[Clause, ...]:
    """Return every clause of ``agreement`` as one English sentence, section by section."""
    return spoken(English(agreement))


def not_in_force(agreement: Agreement) -> tuple[Clause, ...]:
    """Return the clauses that are checked and signed, but that nothing carries out yet."""
    return tuple(clause for clause in clauses(agreement) if not clause.carried_out)


def rule_in_words(rule: Rule, agreement: Agreement) -> str:
    """Return ``rule`` as an English clause, such as "company employees is at least 50"; no capital, no full stop."""
    return RulesInEnglish(agreement).rule(rule)


def budget_in_words(budget: Budget) -> str:
    """Return a working time in English, such as "2 working days"."""
    return words.budget(budget)


@dataclass(frozen=True)
class English(CareInEnglish, BusinessInEnglish):
    """Says the clauses of one agreement in English; see ``Language``."""

    def title(self, section: Section) -> str:
        """Return the title of a section."""
        return _TITLES[section]

    def frame(self) -> str:
        """Say whose agreement it is, and its time zone and currency."""
        agreement = self.agreement
        return words.sentence(
            f"this is the agreement of marketing and sales at {agreement.company}; "
            f"days begin and end in {agreement.zone.key}, and money is in {agreement.currency}"
        )

    def role(self, role: Role) -> str:
        """Say what a role is there for."""
        duties = words.listed((words.DUTIES[duty] for duty in role.does), "and") if role.does else ""
        name = words.party(role.name)
        if not role.signs:
            return words.sentence(f"{name} is there to {duties}" if duties else f"{name} takes part")
        return words.sentence(f"{name} signs this agreement" + (f" and is there to {duties}" if duties else ""))

    def criterion(self, criterion: Criterion) -> str:
        """Say what a criterion means."""
        name, says = words.quoted(words.label(criterion.name)), criterion.says.strip().removesuffix(".")
        return words.sentence(f"{name} ({says}) means that {RulesInEnglish(self.agreement).rule(criterion.rule)}")

    def fit(self, clause: FitClause) -> str:
        """Say what gives fit points."""
        points = words.counted(abs(words.points(clause.points)), "fit point", "fit points")
        verb = "loses" if clause.points < 0 else "gets"
        return words.sentence(f"a lead {verb} {points} when {self.rules.rule(clause.when)}")

    def engagement(self, clause: EngagementClause) -> str:
        """Say what gives engagement points."""
        worth = abs(words.points(clause.points))
        points = words.counted(worth, "engagement point", "engagement points")
        _, present, thing = words.deed(clause.event)
        time = f"each time a lead {present} {thing}{self.rules.where(Selection((clause.event,), clause.where))}, it"
        verb = "loses" if clause.points < 0 else "gets"
        one = worth == 1
        fading = [
            f"{'loses half its' if one else 'lose half their'} weight {words.every_span(clause.half_life)}"
            if clause.half_life
            else "",
            f"never {'adds' if one else 'add'} up to more than {words.number(words.points(clause.at_most))}"
            if clause.at_most is not None
            else "",
        ]
        which = [part for part in fading if part]
        return words.sentence(f"{time} {verb} {points}" + (f", which {words.listed(which, 'and')}" if which else ""))

    def grade(self, grade: Grade) -> str:
        """Say what a grade takes."""
        bounds = [
            words.counted(words.points(bound), f"{kind} point", f"{kind} points")
            for bound, kind in ((grade.fit, "fit"), (grade.engagement, "engagement"))
            if bound
        ]
        if not bounds:
            return words.sentence(f"grade {grade.name} is for all other leads")
        return words.sentence(f"grade {grade.name} takes at least {words.listed(bounds, 'and')}")

    def stage(self, gate: StageGate) -> str:
        """Say when a lead reaches a stage."""
        who = "a subscriber" if gate.stage is Stage.LEAD else "a lead"
        checked = "" if gate.checked_by is None else f", once {words.party(gate.checked_by)} has confirmed it"
        return words.sentence(f"{who} becomes {words.STAGES[gate.stage]} when {self.rules.rule(gate.when)}{checked}")

    def handoff_at(self) -> str:
        """Say when a lead is offered."""
        stage = words.STAGES[self.agreement.handoff.at]
        return words.sentence(f"marketing offers a lead to sales as soon as it becomes {stage}")

    def fast_lane(self) -> str:
        """Say when a lead is offered at once."""
        rule = self.agreement.handoff.fast_lane
        said = "" if rule is None else self.rules.rule(rule)
        return words.sentence(f"a lead takes the fast lane, and is offered at once from any earlier stage, when {said}")

    def hands_over(self) -> str:
        """Say what marketing must have filled in."""
        names = (words.label(name) for name in self.agreement.handoff.marketing_hands_over)
        return words.sentence(f"with each lead, marketing hands over {words.listed(names, 'and')}")

    def decide_within(self) -> str:
        """Say how long sales may take."""
        handoff = self.agreement.handoff
        time = words.budget(handoff.decide_within)
        return words.sentence(
            f"sales accepts or rejects an offered lead within {time}{self.hours_of(handoff.calendar)}"
        )

    def if_undecided(self) -> str:
        """Say what follows when sales does not answer."""
        if self.agreement.handoff.if_undecided == "accepted":
            return "If sales has not decided by then, the lead counts as accepted."
        return "If sales has not decided by then, the lead is escalated to the manager."

    def reason(self, reason: RejectReason) -> str:
        """Say what follows from a reason for rejecting."""
        label = words.quoted(reason.label.strip().removesuffix("."))
        match reason.then:
            case Disqualify():
                return words.sentence(f"sales may reject a lead because of {label}: the lead is then out for good")
            case Recycle(_, _, to):
                back = self.way_back(reason.then)
                then = f"{words.party(to)} then looks after it{back}"
                return words.sentence(f"sales may reject a lead because of {label}: {then}")

    def sales_promise(self, promise: SalesPromise) -> str:
        """Say what sales owes."""
        first = f"sales makes a first attempt within {words.budget(promise.first_attempt)} of the offer"
        more = ""
        if promise.attempts is not None and promise.over is not None:
            attempts = words.counted(promise.attempts, "attempt", "attempts")
            more = f", and {attempts} in all within {words.budget(promise.over)}, unless it reaches the lead earlier"
        return words.sentence(f"{self._for_whom(promise)}, {first}{more}{self.hours_of(promise.calendar)}")

    def marketing_promise(self, promise: MarketingPromise) -> str:
        """Say what marketing owes."""
        leads = words.counted(promise.deliver, *words.STAGE_PLURALS[promise.stage])
        share = (
            ""
            if promise.accepted_percent is None
            else f", of which sales accepts at least {promise.accepted_percent} %"
        )
        return words.sentence(f"marketing delivers {leads} per {promise.per}{share}")

    def breach_step(self, step: BreachStep) -> str:
        """Say what happens as the time of a promise runs out."""
        when = (
            "when a promise is broken"
            if step.percent == 100
            else f"when {step.percent} % of a promise's time has passed"
        )
        whom = words.ADDRESSEES[step.whom]
        what = {
            "remind": f"{whom} is reminded",
            "tell": f"{whom} is told",
            "reassign": "the lead is taken from its owner and given to somebody else",
            "take_offline": f"an owner who has let {words.counted(step.leads, 'lead', 'leads')} in a row pass gets no "
            "more until their manager puts them back",
        }
        return words.sentence(f"{when}, {what[step.action]}")

    def route(self, route: RoutingRule) -> str:
        """Say which team gets which leads."""
        team = words.team(route.to)
        if route.when is not None:
            return words.sentence(f"a lead goes to {team} when {self.rules.rule(route.when)}")
        every = "every lead" if len(self.agreement.routing) == 1 else "every other lead"
        return words.sentence(f"{every} goes to {team}")

    def calendar(self, calendar: Calendar) -> str:
        """Say when people work."""
        days = [
            (hours, [day for day, _ in group])
            for hours, group in groupby(_week(calendar), key=lambda pair: pair[1])
            if hours
        ]
        week = words.joined((f"{words.weekdays(run)} {words.hours(hours)}" for hours, run in days), "and")
        free = [f"on the public holidays of {calendar.holidays}"] if calendar.holidays else []
        free += [f"on {words.day(day)}" for day in sorted(calendar.days_off)]
        except_on = f", but not {words.listed(free, 'or')}" if free else ""
        name = words.quoted(words.label(calendar.name))
        return words.sentence(f"{name} works {week} (time in {calendar.zone.key}){except_on}")

    def field(self, field: Field) -> str:
        """Say what a field holds and whose value wins."""
        kind = words.listed(map(words.choice, field.choices), "or") if field.choices else _TYPES[field.type]
        name = words.label(field.name)
        return words.sentence(f"{name} is {kind}; where values differ, that of {words.party(field.owner)} wins")

    def _for_whom(self, promise: SalesPromise) -> str:
        if promise.fast_lane:
            return "for a lead in the fast lane"
        if isinstance(promise.when, FieldRule) and promise.when.field == GRADE_FIELD:
            grades = RulesInEnglish(self.agreement).predicate(promise.when.predicate, GRADE_FIELD)
            return f"for a lead whose grade {grades}"
        if promise.when is not None:
            return f"when {RulesInEnglish(self.agreement).rule(promise.when)}"
        return "for every lead" if len(self.agreement.sales_promises) == 1 else "for every other lead"


def _week(calendar: Calendar) -> list[tuple[int, tuple[object, ...]]]:
    return [(day, tuple(calendar.week.get(day, ()))) for day in range(7)]
