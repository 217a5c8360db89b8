"""In English: leads that stand still, drop out or are not ready yet, and what marketing owes in time."""

from dataclasses import dataclass

from accord.agreement import english_words as words
from accord.agreement.english_rules import RulesInEnglish
from accord.agreement.plan import Agreement
from accord.agreement.plan_care import Disqualify, MarketingDeadline, NurturePlan, Recycle, StageStay, Tell
from accord.agreement.stage import Stage
from accord.clock import Calendar

_AFTER = {
    "lost_deal": "when the deal of a lead is lost for a reason that does not put it out for good",
    "never_reached": "when sales has made every attempt that it owes and has reached nobody",
}


@dataclass(frozen=True)
class CareInEnglish:
    """Says what happens to leads that are not on their way."""

    agreement: Agreement

    @property
    def rules(self) -> RulesInEnglish:
        """How rules are said after the sentence has named the lead."""
        return RulesInEnglish(self.agreement, "it")

    def hours_of(self, calendar: Calendar) -> str:
        """Return which calendar is meant, where there are several."""
        return "" if len(self.agreement.calendars) == 1 else f" (hours of {words.quoted(words.label(calendar.name))})"

    def way_back(self, recycle: Recycle) -> str:
        """Return when a recycled lead comes back, to stand behind who looks after it."""
        after = "" if recycle.back_after is None else f"after {words.span(recycle.back_after)}"
        trigger = "" if recycle.or_when is None else f"when {self.rules.rule(recycle.or_when)}"
        if not after and not trigger:
            return ""
        return f", and it comes back {after}" + (f", or earlier {trigger}" if after and trigger else trigger)

    def stay(self, stay: StageStay) -> str:
        """Say how long a lead may stay at a stage, and what follows."""
        who = "a subscriber" if stay.stage is Stage.SUBSCRIBER else "a lead"
        match stay.then:
            case Tell(whom):
                then = f"{words.ADDRESSEES[whom]} is told"
            case Disqualify():
                then = "it is out for good"
            case Recycle(to=to):
                then = f"{words.party(to)} looks after it{self.way_back(stay.then)}"
        time = words.span(stay.at_most)
        return words.sentence(f"{who} remains {words.STAGES[stay.stage]} for at most {time}; after that, {then}")

    def sales_checks(self) -> str:
        """Say what sales finds out about a lead that it accepted."""
        checks = self.agreement.handoff.sales_checks
        fields = [words.label(name) for name in checks if name in self.agreement.fields]
        criteria = [words.quoted(words.label(name)) for name in checks if name in self.agreement.criteria]
        parts = [f"finds out {words.listed(fields, 'and')}"] if fields else []
        parts += [f"checks whether it meets {words.listed(criteria, 'and')}"] if criteria else []
        return words.sentence(f"of each lead that it accepts, sales {words.joined(parts, 'and')}")

    def marketing_deadline(self, deadline: MarketingDeadline) -> str:
        """Say what marketing owes to one lead by a time."""
        time = words.budget(deadline.within) + self.hours_of(deadline.calendar)
        match deadline.what:
            case "hand_over":
                return words.sentence(f"a lead that has reached the hand-off is offered to sales within {time}")
            case "fill_in":
                return words.sentence(
                    f"what is missing of a lead before the hand-off, marketing fills in within {time}"
                )
            case "answer_recycled":
                return words.sentence(
                    f"when a lead goes back to marketing, somebody calls, writes to or meets it within {time}"
                )

    def company_owner_first(self, team: str) -> str:
        """Say that whoever has the company comes first."""
        return words.sentence(f"in {words.team(team)}, whoever already has the lead's company comes first")

    def last_owner_first(self, team: str) -> str:
        """Say that whoever had the person last comes first."""
        return words.sentence(
            f"in {words.team(team)}, whoever had the person in their last cycle comes before the rest"
        )

    def match(self, team: str, fields: tuple[str, ...]) -> str:
        """Say by which fields people of a team are chosen."""
        names = words.listed(map(words.label, fields), "and")
        return words.sentence(f"in {words.team(team)}, people who cover the lead's {names} come first")

    def only_on_shift(self, team: str) -> str:
        """Say that nobody gets leads outside their hours."""
        waits = "while nobody is at work, the lead waits"
        return words.sentence(f"in {words.team(team)}, nobody gets a lead outside their working hours; {waits}")

    def queue(self, team: str, queue: str) -> str:
        """Say in which queue leads wait."""
        name = words.quoted(words.label(queue))
        return words.sentence(f"in {words.team(team)}, the lead waits in the queue {name} until somebody takes it")

    def capacity(self, team: str, at_most: int) -> str:
        """Say how many open leads one person has at most."""
        leads = words.counted(at_most, "open lead", "open leads")
        return words.sentence(f"in {words.team(team)}, nobody who has {leads} gets another one")

    def recycled(self, after: str, recycle: Recycle) -> str:
        """Say what follows after ``lost_deal`` or ``never_reached``."""
        return words.sentence(
            f"{_AFTER[after]}, {words.party(recycle.to)} looks after the lead{self.way_back(recycle)}"
        )

    def comes_back(self, at_most: int) -> str:
        """Say how often one person may come back."""
        return words.sentence(f"one person comes back at most {words.how_often(at_most)}, and is then out for good")

    def nurture(self, plan: NurturePlan) -> str:
        """Say what is done for leads that lack a criterion."""
        lacks = f"when a lead does not meet {words.quoted(words.label(plan.missing))}"
        only = "" if plan.when is None else f", and {self.rules.rule(plan.when)}"
        using = "" if plan.using is None else f" with {words.quoted(plan.using.strip().removesuffix('.'))}"
        begins = ""
        if plan.within is not None:
            begins = f", beginning within {words.budget(plan.within)}{self.hours_of(plan.calendar)}"
        ends = "" if plan.stop_after is None else f", and stops after {words.span(plan.stop_after)}"
        return words.sentence(f"{lacks}{only}, {words.party(plan.by)} works on it{using}{begins}{ends}")
