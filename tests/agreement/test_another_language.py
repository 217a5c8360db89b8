"""A second language beside English: German in short, which shows that nothing but words must be written for one."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accord.agreement import (
    Agreement,
    Criterion,
    Disqualify,
    Field,
    MarketingPromise,
    Recycle,
    RejectReason,
    Role,
    RoutingRule,
    SalesPromise,
    Section,
    Stage,
    StageGate,
    clauses,
    load,
)
from accord.agreement.clauses import Clause, Language, spoken
from accord.agreement.plan import BreachStep
from accord.agreement.plan_business import CampaignBudget, CreditWeights, Discount, Goal, Meeting, Product
from accord.agreement.plan_care import MarketingDeadline, NurturePlan, StageStay, Tell
from accord.clock import Budget, Calendar, WorkingDays, WorkingTime
from accord.scoring import EngagementClause, FitClause, Grade

ROLES = {"marketing": "das Marketing", "sales": "der Vertrieb", "agency": "die Agentur", "operations": "der Betrieb"}
PERIODS = {"week": "Woche", "month": "Monat", "quarter": "Quartal", "year": "Jahr"}
RHYTHMS = {"week": "jede Woche", "two weeks": "alle zwei Wochen", "month": "jeden Monat", "quarter": "jedes Quartal"}
LEADS = {Stage.MQL: ("qualifizierter Lead", "qualifizierte Leads"), Stage.OPPORTUNITY: ("Chance", "Chancen")}


def satz(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def rolle(name: str) -> str:
    return ROLES.get(name, f"„{name}“")


def zahl(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def geld(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}".replace(",", " ").replace(".", ",").replace(",00 ", " ")


def tage(span: timedelta) -> str:
    return zahl(span.days, "Tag", "Tage")


def frist(budget: Budget) -> str:
    match budget:
        case WorkingDays(days):
            return zahl(days, "Arbeitstag", "Arbeitstagen")
        case WorkingTime(span):
            return zahl(span // timedelta(minutes=1), "Arbeitsminute", "Arbeitsminuten")


@dataclass(frozen=True)
class German:
    """Says the clauses of one agreement in German, in short."""

    agreement: Agreement

    def title(self, section: Section) -> str:
        return f"Abschnitt {list(Section).index(section) + 1}"

    def frame(self) -> str:
        return satz(f"dies ist die Vereinbarung von {self.agreement.company}")

    def role(self, role: Role) -> str:
        return satz(f"{rolle(role.name)} {'unterschreibt' if role.signs else 'wirkt mit'}")

    def criterion(self, criterion: Criterion) -> str:
        return satz(f"„{criterion.name}“ heißt: {criterion.says}")

    def fit(self, clause: FitClause) -> str:
        return satz(f"{clause.points // 100} Punkte für Passung")

    def engagement(self, clause: EngagementClause) -> str:
        return satz(f"{clause.points // 100} Punkte für „{clause.event}“")

    def grade(self, grade: Grade) -> str:
        return satz(f"note {grade.name} ab {grade.fit // 100} Punkten")

    def stage(self, gate: StageGate) -> str:
        return satz(f"so wird ein Lead „{gate.stage}“")

    def stay(self, stay: StageStay) -> str:
        match stay.then:
            case Tell(whom):
                then = "erfährt es die Leitung" if whom == "manager" else "erfährt es, wer ihn hat"
            case Disqualify():
                then = "scheidet er aus"
            case Recycle(to=to):
                then = f"kümmert sich {rolle(to)}"
        return satz(f"ein Lead bleibt höchstens {tage(stay.at_most)} lang „{stay.stage}“, danach {then}")

    def handoff_at(self) -> str:
        return satz(f"übergeben wird bei „{self.agreement.handoff.at}“")

    def fast_lane(self) -> str:
        return satz("auf der Überholspur geht es sofort")

    def hands_over(self) -> str:
        return satz(f"das Marketing liefert {len(self.agreement.handoff.marketing_hands_over)} Angaben")

    def decide_within(self) -> str:
        return satz(f"der Vertrieb entscheidet binnen {frist(self.agreement.handoff.decide_within)}")

    def if_undecided(self) -> str:
        return satz("sonst erfährt es die Leitung")

    def reason(self, reason: RejectReason) -> str:
        return satz(f"abgelehnt werden darf wegen „{reason.label}“")

    def sales_checks(self) -> str:
        return satz(f"der Vertrieb prüft {len(self.agreement.handoff.sales_checks)} Angaben")

    def sales_promise(self, promise: SalesPromise) -> str:
        return satz(f"der Vertrieb meldet sich binnen {frist(promise.first_attempt)}")

    def marketing_promise(self, promise: MarketingPromise) -> str:
        return satz(f"das Marketing liefert {promise.deliver} Leads je {PERIODS[promise.per]}")

    def marketing_deadline(self, deadline: MarketingDeadline) -> str:
        return satz(f"das Marketing handelt binnen {frist(deadline.within)}")

    def breach_step(self, step: BreachStep) -> str:
        return satz(f"nach {step.percent} % der Zeit geschieht etwas")

    def route(self, route: RoutingRule) -> str:
        return satz(f"dafür ist das Team „{route.to}“ da")

    def company_owner_first(self, team: str) -> str:
        return satz(f"im Team „{team}“ kommt zuerst, wer die Firma betreut")

    def last_owner_first(self, team: str) -> str:
        return satz(f"im Team „{team}“ kommt dann, wer die Person zuletzt hatte")

    def match(self, team: str, fields: tuple[str, ...]) -> str:
        return satz(f"im Team „{team}“ zählen {zahl(len(fields), 'Angabe', 'Angaben')}")

    def only_on_shift(self, team: str) -> str:
        return satz(f"im Team „{team}“ bekommt nach Feierabend niemand einen Lead")

    def queue(self, team: str, queue: str) -> str:
        return satz(f"im Team „{team}“ wartet der Lead in „{queue}“")

    def capacity(self, team: str, at_most: int) -> str:
        return satz(f"im Team „{team}“ hat niemand mehr als {zahl(at_most, 'Lead', 'Leads')}")

    def recycled(self, after: str, recycle: Recycle) -> str:
        when = {"lost_deal": "nach verlorenem Geschäft", "never_reached": "wenn niemand zu erreichen war"}[after]
        return satz(f"{when} kümmert sich {rolle(recycle.to)}")

    def comes_back(self, at_most: int) -> str:
        return satz(f"wiederkommen darf man {at_most}-mal")

    def nurture(self, plan: NurturePlan) -> str:
        return satz(f"fehlt „{plan.missing}“, so kümmert sich {rolle(plan.by)}")

    def goal(self, goal: Goal) -> str:
        match goal:
            case Goal(measure="bookings", target=target):
                what = f"Aufträge über {geld(Decimal(target), self.agreement.currency)}"
            case Goal(measure="leads", target=target, stage=Stage() as stage):
                what = zahl(int(target), *LEADS[stage])
            case _:
                what = zahl(int(goal.target), "Abschluss", "Abschlüsse")
        return satz(f"{rolle(goal.by)} will {what} je {PERIODS[goal.per]}")

    def prices(self, starts: date | None, ends: date | None) -> str:
        return satz(f"die Preisliste gilt von {starts:%d.%m.%Y} bis {ends:%d.%m.%Y}")

    def product(self, product: Product) -> str:
        return satz(f"„{product.name}“ kostet {geld(product.list_price, self.agreement.currency)}")

    def discount(self, discount: Discount) -> str:
        return satz(f"{rolle(discount.by)} darf {discount.up_to_percent} % nachlassen")

    def budget(self, total: Decimal, per: str, starts: date | None, ends: date | None) -> str:
        return satz(f"das Marketing darf {geld(total, self.agreement.currency)} je {PERIODS[per]} ausgeben")

    def channel(self, channel: str, spend: Decimal, per: str) -> str:
        return satz(f"davon „{channel}“ {geld(spend, self.agreement.currency)} je {PERIODS[per]}")

    def campaign(self, campaign: CampaignBudget, per: str) -> str:
        return satz(f"für „{campaign.name}“ {geld(campaign.spend, self.agreement.currency)} je {PERIODS[per]}")

    def unit_cost(self, event: str, cost: Decimal) -> str:
        return satz(f"„{event}“ kostet jedes Mal {geld(cost, self.agreement.currency)}")

    def credit(self, model: str, touches_of: str, lookback: timedelta | None) -> str:
        return satz(f"erlöse zählen nach „{model}“, {tage(lookback) if lookback else 'beliebig lange'} zurück")

    def weights(self, weights: CreditWeights) -> str:
        return satz(f"eigene Gewichte: {weights.first} % der ersten, {weights.last} % der letzten Berührung")

    def inbound(self, percent: int) -> str:
        return satz(f"mindestens {percent} % davon kommen von selbst")

    def meeting(self, meeting: Meeting) -> str:
        return satz(f"„{meeting.name}“ ist {RHYTHMS[meeting.every]}, mit {len(meeting.who)} Seiten")

    def calendar(self, calendar: Calendar) -> str:
        return satz(f"„{calendar.name}“ hat seine Stunden")

    def field(self, field: Field) -> str:
        return satz(f"bei „{field.name}“ gilt der Wert von: {rolle(field.owner)}")


@pytest.fixture(scope="module")
def agreement(full: str) -> Agreement:
    loaded = load(full, "full.yaml").agreement
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def said(agreement: Agreement) -> dict[str, Clause]:
    language: Language = German(agreement)
    return {clause.path: clause for clause in spoken(language)}


def test_another_language_says_the_same_clauses_in_the_same_order(
    agreement: Agreement, said: dict[str, Clause]
) -> None:
    english = clauses(agreement)

    assert [(each.path, each.section, each.line, each.carried_out) for each in said.values()] == [
        (each.path, each.section, each.line, each.carried_out) for each in english
    ]
    assert {each.sentence for each in said.values()}.isdisjoint(each.sentence for each in english)
    assert {each.title for each in said.values()} == {f"Abschnitt {place + 1}" for place in range(len(Section))}


def test_the_document_that_uses_every_feature_goes_through_every_method(agreement: Agreement) -> None:
    called: set[str] = set()

    class Listening(German):
        def __getattribute__(self, name: str) -> object:
            called.add(name)
            return super().__getattribute__(name)

    spoken(Listening(agreement))

    wanted = {name for name in vars(Language) if not name.startswith("_")}
    assert len(wanted) > 35
    assert wanted <= called


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("roles.marketing", "Das Marketing unterschreibt."),
        ("stages.mql.stay_at_most", "Ein Lead bleibt höchstens 30 Tage lang „mql“, danach erfährt es die Leitung."),
        (
            "stages.opportunity.stay_at_most",
            "Ein Lead bleibt höchstens 1 Tag lang „opportunity“, danach kümmert sich das Marketing.",
        ),
        ("sla.marketing[4].fill_in", "Das Marketing handelt binnen 1 Arbeitstag."),
        ("sla.marketing[5].answer_recycled", "Das Marketing handelt binnen 3 Arbeitstagen."),
        ("goals[0]", "Der Vertrieb will Aufträge über 400 000 GBP je Quartal."),
        ("goals[1]", "Der Vertrieb will 1 Abschluss je Woche."),
        ("goals[2]", "Das Marketing will 150 qualifizierte Leads je Monat."),
        ("goals[3]", "Das Marketing will 1 Chance je Jahr."),
        ("prices.products.flow_meter", "„flow_meter“ kostet 4 200 GBP."),
        ("credit", "Erlöse zählen nach „w_shaped“, 182 Tage zurück."),
        ("meetings.stand_up", "„stand_up“ ist alle zwei Wochen, mit 2 Seiten."),
    ],
)
def test_it_has_its_own_plurals_order_of_words_and_numbers(said: dict[str, Clause], path: str, sentence: str) -> None:
    assert said[path].sentence == sentence
