"""The year, lived through the services in the order of its instants: nothing is inserted behind their back.

A heap holds what is to happen next: moments at which marketing's software notices what people did, mornings, what
somebody in sales does, and what the clocks do. Everything that is decided on the way (who gets a lead, when a clock
runs out) is decided by the product; the heap only says when it is asked.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

from django.db.models import F, Min, Q

from accord.demo import calling, cast, company, days, traffic, writing
from accord.demo.agenda import Agenda
from accord.demo.calling import Ring
from accord.demo.days import Year
from accord.demo.dice import dice
from accord.demo.enquiries import Enquiries
from accord.demo.letterbox import Letterbox
from accord.demo.sales import Sales
from accord.demo.story import Story, Touch
from accord.demo.telephone import Telephone
from accord.demo.traffic import Known
from accord.demo.website import open_website
from accord.demo.world import Progress
from accord.demo.writing import Letter
from accord.server.accounts.services import deactivate
from accord.server.handoffs import decisions, escalation, marketing, offers, questions, reoffering, stays
from accord.server.handoffs.hurry import hurry
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.intake.taking import take_in
from accord.server.notifications.models import Notification
from accord.server.people.models import Company, Person
from accord.server.people.services import NewTouchpoint, record_touchpoints
from accord.server.people.telephones import keep_phones
from accord.server.pipeline import judging
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import NewLead, open_leads

MORNING = time(8, 2)
GRACE = timedelta(seconds=7)
"""How late the sweep of the clocks is: half of the time between two sweeps."""
FOLLOWED_EVERY = timedelta(hours=6)
"""How often marketing's clocks are brought in step: each begins and stops at the instant of its cause all the same."""
WRITES = 0.5
"""The chance that marketing writes, on one working day, to somebody who went back."""
LEARNS = 0.3
"""The chance that marketing finds out, on one working day, what it must know before a lead may be handed over."""


class Replay:
    """One run through the year.

    Args:
        stories: What people do.
        span: The year.
        seed: Of the decisions of sales.
        agreement: The file that both sides signed.
    """

    def __init__(self, stories: Sequence[Story], span: Year, seed: int, agreement: Path) -> None:
        self._span = span
        self._follow_at = datetime.min.replace(tzinfo=UTC)
        self._agenda = Agenda(span.end)
        self._agreement = agreement
        self._seed = seed
        self._stories: dict[int, Story] = {}
        self._companies: dict[str, Company] = {}
        self._appears: dict[datetime, list[Story]] = defaultdict(list)
        self._touches: dict[datetime, list[tuple[Story, Touch]]] = defaultdict(list)
        self._people: dict[int, Person] = {}
        self._next_sweep: datetime | None = None
        self._last_offer = Offer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for story in stories:
            self._appears[story.noticed].append(story)
            for touch in story.touches:
                self._touches[touch.noticed].append((story, touch))
        self._staff = company.hire(span.start, span.end)
        company.sign_first(self._staff, agreement, span.start - timedelta(hours=1))
        self._all = stories
        self._lines_since = max(span.end - timedelta(weeks=calling.WEEKS), span.start)
        self._telephone = Telephone(self._staff)
        self._letterbox = Letterbox(self._staff, span.end, seed)
        self._enquiries = Enquiries(self._staff, span, seed)
        self._sales = Sales(self._staff, self._agenda, span, seed, self._telephone, self._letterbox)

    @property
    def refused(self) -> Counter[str]:
        """How often a service refused what sales wanted, by the code of the error."""
        return self._sales.refused

    def run(self, progress: Progress = lambda what, done: None) -> None:
        """Live through the year."""
        self._plan()
        span = self._span.end - self._span.start
        while (at := self._agenda.first) is not None:
            if self._sweep_before(at):
                continue  # whoever got a lead by that may act sooner than what was to be next
            progress(f"{at.astimezone(days.ZONE):%B %Y}", (at - self._span.start) / span)
            self._agenda.next()(at)
        while self._sweep_before(self._span.end):
            pass
        progress("visits and costs", 1.0)
        self._open_website()
        self._close_books()

    def _plan(self) -> None:
        for moment in self._span.moments:
            self._agenda.put(moment, self._moment)
        for day in self._span.days:
            self._agenda.put(datetime.combine(day, MORNING, days.ZONE).astimezone(UTC), self._morning)
        changed = self._span.end - timedelta(days=days.BUSIER_LATELY)
        if changed > self._span.start:
            self._agenda.put(changed, lambda at: void(company.sign_second(self._staff, self._agreement, at)))
        for player in cast.SELLERS:
            if player.left is not None and (left := self._span.end - timedelta(days=player.left)) > self._span.start:
                self._agenda.put(left, partial(self._leaves, player))

        self._plan_lines()

    def _plan_lines(self) -> None:
        """Put down when the lines by which people reach us are opened, and who does so."""
        put = self._agenda.put
        put(self._lines_since, self._telephone.open)
        put(max(self._span.end - timedelta(weeks=writing.WEEKS), self._span.start), self._letterbox.open)
        put(self._enquiries.begin, self._enquiries.open)
        for ring in calling.rings(self._all, self._span, self._seed):
            put(ring.over, partial(self._rings, ring))
        for letter in writing.letters(self._all, self._span, self._seed):
            put(letter.at, partial(self._arrives, letter))

    def _rings(self, ring: Ring, at: datetime) -> None:
        """Let somebody call; one who reached nobody is offered to sales at once."""
        person = self._telephone.rings(ring)
        if person is None:
            return
        if ring.who is not None and ring.by_a_stranger:
            self._people[ring.who.prospect.index] = person
            self._stories[person.pk] = ring.who
        if ring.status != "completed":
            self._judge(at)

    def _moment(self, at: datetime) -> None:
        """Notice what people have done since the last moment: open leads, keep touchpoints, judge, offer."""
        appear, news = self._appears.pop(at, ()), self._touches.pop(at, ())
        if not appear and not news and at < self._span.end:
            return
        self._open(appear)
        others = [(story, touch) for story, touch in news if not self._enquiries.take(story, touch)]
        if len(others) < len(news):
            take_in()
        rows = [
            NewTouchpoint(
                self._people[story.prospect.index].pk, touch.event, touch.at, touch.id, self._told(story, touch), "web"
            )
            for story, touch in others
        ]
        if rows:
            touched = record_touchpoints(rows)
            judging.review(Q(pk__in=touched), at)
        self._judge(at)

    def _told(self, story: Story, touch: Touch) -> Mapping[str, str]:
        """Return the properties of a touchpoint, with how somebody came to the website."""
        who, day = story.contact.email, touch.at.astimezone(days.ZONE).date()
        return {**touch.properties, **traffic.told(touch.event, who, story.source, day, self._seed)}

    def _judge(self, at: datetime) -> None:
        ready = judging.judge_due(at).ready
        if at >= self._follow_at:
            self._follow_at = at + FOLLOWED_EVERY
            if marketing.follow(at):
                self._peek()
        offered = offers.offer_ready(at) if ready else 0
        if hurry(at) or offered:
            self._notice_offers()

    def _open(self, stories: Iterable[Story]) -> None:
        stories = list(stories)
        fresh = {story.company.domain: story for story in stories if story.company.domain not in self._companies}
        made = Company.objects.bulk_create(
            Company(name=story.company.name, domain=domain, fields=story.company.fields, created_at=story.opened_at)
            for domain, story in fresh.items()
        )
        self._companies |= {str(each.domain): each for each in made}
        people = Person.objects.bulk_create(
            Person(
                name=story.contact.name,
                email=story.contact.email,
                email_key=story.contact.email or None,
                phone=story.contact.phone,
                company=self._companies[story.company.domain],
                fields=story.contact.fields,
                created_at=story.opened_at,
            )
            for story in stories
        )
        keep_phones((each.pk, each.phone, each.company and each.company.fields.get("country")) for each in people)
        for story, person in zip(stories, people, strict=True):
            self._people[story.prospect.index] = person
            self._stories[person.pk] = story
        if stories:
            pairs = zip(stories, people, strict=True)
            open_leads([NewLead(person, story.opened_at, story.source) for story, person in pairs])

    def _morning(self, at: datetime) -> None:
        """What happens once a day: dates that have come, leads without a live owner, what marketing found out."""
        judging.bring_back_due(at)
        stays.watch(at)
        self._judge(at)
        if reoffering.reoffer_orphans(at):
            self._notice_offers()
        if at >= self._lines_since:
            self._telephone.settle(at)
            self._enquiries.robots(at)
        if not days.is_worked(at.astimezone(days.ZONE).date()):
            return
        held = Lead.objects.exclude(held_for=[]).filter(ended_at=None).select_related("person").order_by("pk")
        for lead in held:
            story = self._stories[lead.person_id]
            if self._sales.luck(story, f"learns:{at:%F}") < LEARNS:
                email = f"post{story.prospect.index}@{story.company.domain}"
                by = self._staff[cast.MARKETING_OPERATIONS]
                decisions.fill_in(lead.pk, {"person.email": email}, by=by, at=at)
        self._write_to_recycled(at)
        self._judge(at)

    def _write_to_recycled(self, at: datetime) -> None:
        """Let marketing write to some of those who went back."""
        waiting = Clock.objects.filter(promise=Clock.Promise.ANSWER_RECYCLED, stopped_at=None).select_related("lead")
        for clock in waiting.order_by("pk"):
            story = self._stories[clock.lead.person_id]
            if self._sales.luck(story, f"writes:{at:%F}") < WRITES:
                questions.get_in_touch(
                    clock.lead_id,
                    channel=Attempt.Channel.MAIL,
                    outcome=Attempt.Outcome.SENT,
                    action_id=uuid.UUID(int=dice(self._seed, f"writes:{at:%F}", story.prospect.index).getrandbits(128)),
                    by=self._staff[cast.MARKETING_OPERATIONS],
                    at=at,
                )

    def _arrives(self, letter: Letter, at: datetime) -> None:
        self._letterbox.arrives(letter)

    def _leaves(self, player: cast.Player, at: datetime) -> None:
        deactivate(self._staff[player], by=self._staff[cast.OPERATIONS], at=at)
        self._staff.refresh()
        if reoffering.reoffer_orphans(at):
            self._notice_offers()

    def _sweep_before(self, at: datetime) -> bool:
        """Let the clocks do what is due next, if it is due by ``at``."""
        if self._next_sweep is None or self._next_sweep + GRACE > at:
            return False
        swept = escalation.sweep(self._next_sweep + GRACE)
        self._peek()
        if swept:
            self._notice_offers()
        return True

    def _peek(self) -> None:
        running = Clock.objects.filter(stopped_at=None, next_check_at__isnull=False)
        self._next_sweep = running.aggregate(first=Min("next_check_at"))["first"]

    def _notice_offers(self) -> None:
        """Let sales see the offers that were made since it last looked."""
        found = Offer.objects.filter(pk__gt=self._last_offer).select_related("lead").order_by("pk")
        made = list(found.defer("routing"))
        if not made:
            return
        self._last_offer = made[-1].pk
        self._peek()
        for offer in made:
            self._sales.offered(offer, self._stories[offer.lead.person_id])

    def _open_website(self) -> None:
        told = ((self._people[story.prospect.index], story) for story in self._stories.values())
        known = [Known(person.email_key, story.source, story.opened_at) for person, story in told if person.email_key]
        staff = self._staff
        by, keeper = staff[cast.MARKETING_OPERATIONS], staff[cast.OPERATIONS]
        open_website(known, self._span, self._seed, by=by, keeper=keeper)

    def _close_books(self) -> None:
        """Judge everything once more, and take the year's mail as sent and read, but for the last day's notices."""
        end = self._span.end
        judging.review_open_leads(end)
        self._follow_at = end
        self._judge(end)
        company.propose_third(self._staff, self._agreement, end)
        Notification.objects.filter(planned=False).update(planned=True)
        Notification.objects.filter(created_at__lt=end - timedelta(days=1)).update(seen_at=F("created_at"))


def void(_: object) -> None:
    """Take a result that nobody wants."""
