"""Northwind's forms: what the stories send with them in the last weeks goes through the forms that Accord keeps."""

from datetime import datetime, timedelta

from accord.demo import cast, traffic
from accord.demo.company import Staff
from accord.demo.days import Year
from accord.demo.dice import dice
from accord.demo.story import Story, Touch
from accord.demo.traffic import SITE
from accord.server.forms import editing
from accord.server.forms.editing import Draft
from accord.server.forms.fields import ConsentBox, FormField, Kind
from accord.server.forms.models import Form
from accord.server.forms.reading import Post
from accord.server.forms.receiving import Sender, receive

WEEKS = 3
SPAM = 0.35
"""The chance that a robot posts something on a day."""
WHO = (
    FormField("name", "Name", required=True, fills="person.name"),
    FormField("email", "E-mail", Kind.EMAIL, required=True, fills="person.email"),
    FormField("company", "Company", fills="company.name"),
    FormField("phone", "Telephone", Kind.TEL, fills="person.phone"),
)
NEWS = ConsentBox("news", "Send me news of Northwind's products, about once a month. I can end that at any time.")
FORMS = {
    "demo": Draft("Ask for a demo", "demo", fields=WHO, boxes=(NEWS,), button="Show me", origins=(SITE,)),
    "contact": Draft(
        *("Contact", "contact"),
        fields=(*WHO, FormField("message", "Message", Kind.TEXTAREA)),
        boxes=(NEWS,),
        origins=(SITE,),
    ),
}
MESSAGES = (
    "We look for flow meters for a new line and would like to talk about sizes.",
    "Please call me about calibration.",
    "Which of your gauges have an interface?",
    "",
)
ROBOTS = (
    {"name": "Crypto Profit", "email": "win@offer.example", "message": "Earn 5000 a day: http://offer.example"},
    {"name": "SEO Team", "email": "rank@first-page.example", "message": "We bring you to the first page."},
)


class Enquiries:
    """The forms on the website, and who fills them in."""

    def __init__(self, staff: Staff, span: Year, seed: int) -> None:
        self._staff = staff
        self._since = max(span.start, span.end - timedelta(weeks=WEEKS))
        self._seed = seed
        self._forms: dict[str, Form] = {}

    @property
    def begin(self) -> datetime:
        """When the forms are put onto the website."""
        return self._since

    def open(self, at: datetime) -> None:
        """Make the forms."""
        by = self._staff[cast.MARKETING_OPERATIONS]
        self._forms = {event: editing.create(draft, by=by, at=at) for event, draft in FORMS.items()}

    def take(self, story: Story, touch: Touch) -> bool:
        """Receive what somebody sends with a form; return False if it is none of these, or comes without an address."""
        form = self._forms.get(touch.properties.get("form", "")) if touch.event == "form_submitted" else None
        if form is None or not story.contact.email or touch.at < self._since:
            return False
        who, rng = story.contact, dice(self._seed, "enquiry", touch.id)
        fields = {"name": who.name, "email": who.email, "company": story.company.name, "phone": who.phone}
        if form.event == "contact":
            fields["message"] = rng.choice(MESSAGES)
        if rng.random() < 0.4:
            fields[NEWS.name] = "on"
        way = traffic.way_of(who.email, story.source, self._seed)
        post = Post(
            fields,
            anonymous_id=traffic.visitor_of(who.email),
            page=f"{SITE}/{form.event}{way.query}",
            referrer=way.referrer,
            shown=frozenset(form.consent_texts.values_list("pk", flat=True)),
        )
        receive(form, post, Sender("", rng.choice(traffic.BROWSERS), SITE), at=touch.at)
        return True

    def robots(self, at: datetime) -> None:
        """Receive what a robot posts on some days."""
        rng = dice(self._seed, "robots", at.date())
        form = self._forms.get("contact")
        if form is not None and rng.random() < SPAM:
            post = Post(rng.choice(ROBOTS), honeypot="http://offer.example", page=f"{SITE}/contact")
            receive(form, post, Sender("", rng.choice(traffic.BROWSERS), ""), at=at)
