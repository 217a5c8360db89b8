import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=300)),
                ("domain", models.CharField(max_length=253, null=True, unique=True)),
                ("external_id", models.CharField(max_length=200, null=True, unique=True)),
                (
                    "fields",
                    models.JSONField(default=dict, help_text="Values of the agreement's company fields, by short name"),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="HistoryStart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[("company", "Company"), ("person", "Person"), ("lead", "Lead")],
                        max_length=7,
                        unique=True,
                    ),
                ),
                ("last_before", models.BigIntegerField()),
            ],
            options={
                "ordering": ("subject",),
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=300)),
                ("email", models.CharField(blank=True, help_text="As it was given", max_length=320)),
                ("email_key", models.CharField(max_length=320, null=True, unique=True)),
                ("phone", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(max_length=200, null=True, unique=True)),
                (
                    "fields",
                    models.JSONField(default=dict, help_text="Values of the agreement's person fields, by short name"),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="people",
                        to="people.company",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("anonymous_id", models.CharField(max_length=200, unique=True)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="visitors",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ("-last_seen_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("landing", models.CharField(blank=True, help_text="The path of the first page", max_length=1000)),
                ("referrer_host", models.CharField(blank=True, max_length=253)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("medium", models.CharField(blank=True, max_length=200)),
                ("campaign", models.CharField(blank=True, max_length=200)),
                ("term", models.CharField(blank=True, max_length=200)),
                ("content", models.CharField(blank=True, max_length=200)),
                ("click_id", models.CharField(blank=True, help_text="Of an advertiser, as name=value", max_length=520)),
                ("channel", models.CharField(blank=True, help_text="Empty: not a visit to a site", max_length=40)),
                (
                    "inbound",
                    models.BooleanField(
                        help_text="Whether they came by themselves; empty: it cannot be told", null=True
                    ),
                ),
                (
                    "agent",
                    models.CharField(
                        choices=[
                            ("human", "Human"),
                            ("robot", "Robot"),
                            ("scanner", "Scanner"),
                            ("unknown", "Unknown"),
                        ],
                        default="human",
                        max_length=7,
                    ),
                ),
                ("agent_why", models.CharField(blank=True, max_length=300)),
                (
                    "network",
                    models.CharField(
                        blank=True, help_text="The prefix of the first address; empty: unknown", max_length=43
                    ),
                ),
                (
                    "organisation",
                    models.CharField(blank=True, help_text="Whose network that is; empty: unknown", max_length=300),
                ),
                (
                    "network_kind",
                    models.CharField(
                        choices=[
                            ("provider", "Provider"),
                            ("hosting", "Hosting"),
                            ("vpn", "VPN"),
                            ("education", "Education"),
                            ("government", "Government"),
                            ("business", "Business"),
                            ("unknown", "Unknown kind"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("network_why", models.CharField(blank=True, help_text="Why it is of this kind", max_length=300)),
                (
                    "domain",
                    models.CharField(blank=True, help_text="By reverse DNS, whose machine it was", max_length=253),
                ),
                (
                    "certainty",
                    models.PositiveSmallIntegerField(default=0, help_text="That it is this company, in hundredths"),
                ),
                (
                    "company_why",
                    models.CharField(blank=True, help_text="Why it is thought to be, as a sentence", max_length=500),
                ),
                (
                    "company",
                    models.ForeignKey(
                        help_text="By the network alone; see recognition.py",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="visits",
                        to="people.company",
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="people.visitor",
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "-pk"),
                "indexes": [
                    models.Index(fields=["visitor", "-last_at"], name="visit_by_visitor"),
                    models.Index(fields=["-last_at"], name="visit_by_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agent__in", ["human", "robot", "scanner", "unknown"])), name="visit_agent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "network_kind__in",
                                ["provider", "hosting", "vpn", "education", "government", "business", "unknown"],
                            )
                        ),
                        name="visit_network_kind",
                    ),
                    models.CheckConstraint(condition=models.Q(("certainty__lte", 99)), name="visit_certainty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Touchpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message_id",
                    models.CharField(help_text="Its sender's id: sent twice, kept once", max_length=200, unique=True),
                ),
                (
                    "counts",
                    models.BooleanField(
                        db_default=True, default=True, help_text="False: a robot did it, or it is spam"
                    ),
                ),
                (
                    "why_not",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="Why it does not count, as the rest of a sentence: it …",
                        max_length=300,
                    ),
                ),
                ("event", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("source", models.CharField(blank=True, max_length=100)),
                ("properties", models.JSONField(default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touchpoints",
                        to="people.person",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touchpoints",
                        to="people.visit",
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touchpoints",
                        to="people.visitor",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(fields=["person", "at"], name="touchpoint_person_at"),
                    models.Index(
                        condition=models.Q(("visit__isnull", False)), fields=["visit"], name="touchpoint_by_visit"
                    ),
                    models.Index(
                        condition=models.Q(("person", None), ("visitor__isnull", False)),
                        fields=["visitor"],
                        name="touchpoint_unjoined",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("event", ""), _negated=True), name="touchpoint_has_event"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", None), ("visitor", None), _negated=True),
                        name="touchpoint_is_somebodys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("domain", "Domain"), ("external", "Foreign id"), ("name", "Name")], max_length=8
                    ),
                ),
                ("key", models.CharField(max_length=300)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="people.company"
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "key"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "name"), _negated=True),
                        fields=("kind", "key"),
                        name="one_company_per_key",
                    ),
                    models.UniqueConstraint(fields=("kind", "key", "company"), name="one_key_once_per_company"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[("company", "Company"), ("person", "Person"), ("lead", "Lead")], max_length=7
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("field", models.CharField(help_text="The full name, such as company.employees", max_length=200)),
                ("before", models.JSONField(help_text="Empty: there was no value", null=True)),
                ("after", models.JSONField(help_text="Empty: the value was taken away", null=True)),
                ("at", models.DateTimeField()),
                (
                    "changed_by",
                    models.CharField(
                        choices=[
                            ("user", "Somebody filled it in"),
                            ("import", "An import"),
                            ("source", "A website or server"),
                            ("merge", "A merge, or its reversal"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["subject", "subject_id", "at"], name="field_change_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("subject__in", ["company", "person", "lead"])), name="field_change_subject"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NetworkCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.CharField(blank=True, max_length=300)),
                ("network", models.CharField(blank=True, max_length=43)),
                ("holds", models.BooleanField(help_text="True: it is this company; False: it is not")),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="network_corrections",
                        to="people.company",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("organisation", ""), ("network", ""), _connector="XOR"),
                        name="correction_is_about_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("organisation", "network", "company"),
                        name="one_correction_of_a_network_and_company",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("user", "Account"),
                            ("email", "E-mail"),
                            ("phone", "Telephone"),
                            ("external", "Foreign id"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(max_length=320)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "key"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "phone"), _negated=True),
                        fields=("kind", "key"),
                        name="one_person_per_key",
                    ),
                    models.UniqueConstraint(fields=("kind", "key", "person"), name="one_key_once_per_person"),
                ],
            },
        ),
    ]
