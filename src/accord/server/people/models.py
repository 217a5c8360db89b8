"""Companies, people, visitors, touchpoints, and what the fields of companies, people and leads were before."""

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.traffic.organisations import NetworkKind as Kind


class Company(models.Model):
    """A company we deal with; an account in CRM language."""

    name = models.CharField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, null=True, unique=True)  # noqa: DJ001  # unknown is not an empty domain
    external_id = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  # likewise
    fields = models.JSONField(default=dict, help_text="Values of the agreement's company fields, by short name")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or self.domain or f"Company {self.pk}"


class Person(models.Model):
    """Somebody we know by at least one of address, telephone or a foreign id."""

    name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=320, blank=True, help_text="As it was given")
    email_key = models.CharField(max_length=320, null=True, unique=True)  # noqa: DJ001  # unknown is not empty
    phone = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  # likewise
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="people")
    fields = models.JSONField(default=dict, help_text="Values of the agreement's person fields, by short name")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or self.email or f"Person {self.pk}"


class PersonKey(models.Model):
    """Something else by which a person is known: an account on a website, a second address or foreign id, a telephone.

    Their first address and foreign id stand in ``Person``, and count before those that stand here. All of these are one
    person's; only a telephone, as ``telephones.phone_key`` makes it, may be several people's.
    """

    class Kind(models.TextChoices):
        """What the key is."""

        USER = "user", "Account"
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Telephone"
        EXTERNAL = "external", "Foreign id"

    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=320)

    class Meta:
        ordering = ("kind", "key")
        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], condition=~Q(kind="phone"), name="one_person_per_key"),
            models.UniqueConstraint(fields=["kind", "key", "person"], name="one_key_once_per_person"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class CompanyKey(models.Model):
    """Something else by which a company is known: a second domain or foreign id, or another name.

    What stands in ``Company`` itself counts before these. A name may be several companies'.
    """

    class Kind(models.TextChoices):
        """What the key is."""

        DOMAIN = "domain", "Domain"
        EXTERNAL = "external", "Foreign id"
        NAME = "name", "Name"

    company = models.ForeignKey(Company, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=300)

    class Meta:
        ordering = ("kind", "key")
        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], condition=~Q(kind="name"), name="one_company_per_key"),
            models.UniqueConstraint(fields=["kind", "key", "company"], name="one_key_once_per_company"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class NetworkKind(models.TextChoices):
    """Whose a network is, as ``accord.traffic.organisations.NetworkKind``."""

    PROVIDER = Kind.PROVIDER.value, "Provider"
    HOSTING = Kind.HOSTING.value, "Hosting"
    VPN = Kind.VPN.value, "VPN"
    EDUCATION = Kind.EDUCATION.value, "Education"
    GOVERNMENT = Kind.GOVERNMENT.value, "Government"
    BUSINESS = Kind.BUSINESS.value, "Business"
    UNKNOWN = Kind.UNKNOWN.value, "Unknown kind"


class Visitor(models.Model):
    """A browser or device, by the id that it gave itself; ``person`` once it is known whose it is.

    Where several people use one device, ``person`` is the one who said last who they are.
    """

    anonymous_id = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="visitors")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-last_seen_at", "-pk")

    def __str__(self) -> str:
        return f"visitor {self.anonymous_id}"


class Visit(models.Model):
    """A visitor's touchpoints without a longer pause between them, how they came, and whether a robot made them."""

    class Agent(models.TextChoices):
        """Who came, as ``accord.traffic.AgentKind``."""

        HUMAN = "human", "Human"
        ROBOT = "robot", "Robot"
        SCANNER = "scanner", "Scanner"
        UNKNOWN = "unknown", "Unknown"

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="visits", db_index=False)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    landing = models.CharField(max_length=1000, blank=True, help_text="The path of the first page")
    referrer_host = models.CharField(max_length=253, blank=True)
    source = models.CharField(max_length=200, blank=True)
    medium = models.CharField(max_length=200, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    term = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=200, blank=True)
    click_id = models.CharField(max_length=520, blank=True, help_text="Of an advertiser, as name=value")
    channel = models.CharField(max_length=40, blank=True, help_text="Empty: not a visit to a site")
    inbound = models.BooleanField(null=True, help_text="Whether they came by themselves; empty: it cannot be told")
    agent = models.CharField(max_length=7, choices=Agent, default=Agent.HUMAN)
    agent_why = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=43, blank=True, help_text="The prefix of the first address; empty: unknown")
    organisation = models.CharField(max_length=300, blank=True, help_text="Whose network that is; empty: unknown")
    network_kind = models.CharField(max_length=10, choices=NetworkKind, default=NetworkKind.UNKNOWN)
    network_why = models.CharField(max_length=300, blank=True, help_text="Why it is of this kind")
    domain = models.CharField(max_length=253, blank=True, help_text="By reverse DNS, whose machine it was")
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, related_name="visits", help_text="By the network alone; see recognition.py"
    )
    certainty = models.PositiveSmallIntegerField(default=0, help_text="That it is this company, in hundredths")
    company_why = models.CharField(max_length=500, blank=True, help_text="Why it is thought to be, as a sentence")

    class Meta:
        ordering = ("-started_at", "-pk")
        indexes = (
            models.Index(fields=["visitor", "-last_at"], name="visit_by_visitor"),
            models.Index(fields=["-last_at"], name="visit_by_end"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(agent__in=["human", "robot", "scanner", "unknown"]), name="visit_agent"),
            models.CheckConstraint(condition=Q(network_kind__in=NetworkKind.values), name="visit_network_kind"),
            models.CheckConstraint(condition=Q(certainty__lte=99), name="visit_certainty"),
        )

    def __str__(self) -> str:
        return f"visit of {self.visitor_id} at {self.started_at:%Y-%m-%d %H:%M}"


class NetworkCorrection(models.Model):
    """Somebody's word on whose a network is, which counts before anything that its name suggests.

    It is about all networks of an organisation, or about one network by its prefix, which counts first.
    """

    organisation = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=43, blank=True)
    company = models.ForeignKey(Company, models.CASCADE, related_name="network_corrections")
    holds = models.BooleanField(help_text="True: it is this company; False: it is not")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(organisation="") ^ Q(network=""), name="correction_is_about_one_thing"),
            models.UniqueConstraint(
                fields=["organisation", "network", "company"],
                condition=Q(undone_at=None),
                name="one_correction_of_a_network_and_company",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation or self.network} {'is' if self.holds else 'is not'} {self.company}"


class Touchpoint(models.Model):
    """One thing that happened between us and a visitor or person. Rows are only ever added.

    What happened before a visitor was known belongs to the person from then on. What a robot did is kept, and does not
    count.
    """

    message_id = models.CharField(max_length=200, unique=True, help_text="Its sender's id: sent twice, kept once")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="touchpoints", db_index=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="touchpoints", db_index=False)
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="touchpoints", db_index=False)
    counts = models.BooleanField(default=True, db_default=True, help_text="False: a robot did it, or it is spam")
    why_not = models.CharField(
        max_length=300, blank=True, db_default="", help_text="Why it does not count, as the rest of a sentence: it …"
    )
    event = models.CharField(max_length=100)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=100, blank=True)
    properties = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["person", "at"], name="touchpoint_person_at"),
            models.Index(fields=["visit"], name="touchpoint_by_visit", condition=Q(visit__isnull=False)),
            models.Index(
                fields=["visitor"], name="touchpoint_unjoined", condition=Q(person=None, visitor__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(event=""), name="touchpoint_has_event"),
            models.CheckConstraint(condition=~Q(person=None, visitor=None), name="touchpoint_is_somebodys"),
        )

    def __str__(self) -> str:
        return f"{self.event} at {self.at:%Y-%m-%d %H:%M}"


class Subject(models.TextChoices):
    """What a field of the agreement belongs to: the first part of its name."""

    COMPANY = "company", "Company"
    PERSON = "person", "Person"
    LEAD = "lead", "Lead"


class ChangedBy(models.TextChoices):
    """How the value of a field came to change."""

    USER = "user", "Somebody filled it in"
    IMPORT = "import", "An import"
    SOURCE = "source", "A website or server"
    MERGE = "merge", "A merge, or its reversal"


class FieldChange(models.Model):
    """One field of a company, person or lead took another value. Rows are only ever added; the database refuses else.

    The value with which somebody entered is no change: it counts as known since then, so that a large import of new
    leads writes nothing here.
    """

    subject = models.CharField(max_length=7, choices=Subject)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=200, help_text="The full name, such as company.employees")
    before = models.JSONField(null=True, help_text="Empty: there was no value")
    after = models.JSONField(null=True, help_text="Empty: the value was taken away")
    at = models.DateTimeField()
    changed_by = models.CharField(max_length=6, choices=ChangedBy)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = (models.CheckConstraint(condition=Q(subject__in=Subject.values), name="field_change_subject"),)
        indexes = (models.Index(fields=["subject", "subject_id", "at"], name="field_change_by_subject"),)

    def __str__(self) -> str:
        return f"{self.field} of {self.subject} {self.subject_id} at {self.at:%Y-%m-%d %H:%M}"


class HistoryStart(models.Model):
    """From which record on every change of a field was kept: those up to this id were there before."""

    subject = models.CharField(max_length=7, choices=Subject, unique=True)
    last_before = models.BigIntegerField()

    class Meta:
        ordering = ("subject",)

    def __str__(self) -> str:
        return f"{self.subject} after {self.last_before}"
