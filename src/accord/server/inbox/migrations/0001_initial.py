import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tracking", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, unique=True)),
            ],
            options={
                "ordering": ("domain",),
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tracking.source",
                    ),
                ),
                (
                    "opens_leads",
                    models.BooleanField(
                        default=False, help_text="Who writes to us and is no lead yet becomes one by itself"
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        blank=True, help_text="Of the IMAP server; empty: mails come by SMTP alone", max_length=253
                    ),
                ),
                ("port", models.PositiveIntegerField(default=993)),
                ("tls", models.BooleanField(default=True)),
                ("user", models.CharField(blank=True, max_length=200)),
                ("password", models.CharField(blank=True, max_length=200)),
                ("folder", models.CharField(default="INBOX", max_length=200)),
                (
                    "uid_validity",
                    models.BigIntegerField(help_text="For which last_uid holds; another one: a new mailbox", null=True),
                ),
                ("last_uid", models.BigIntegerField(default=0)),
                ("polled_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, help_text="Why the last attempt failed", max_length=500)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("port__gte", 1), ("port__lte", 65535)), name="mailbox_port"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnreadMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                ("raw", models.BinaryField(help_text="Empty: too large to be kept; it still lies in the mailbox")),
                ("digest", models.CharField(help_text="Of the mail, or its place in the mailbox", max_length=64)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracking.source"
                    ),
                ),
            ],
            options={
                "ordering": ("-received_at", "-pk"),
                "constraints": [models.UniqueConstraint(fields=("source", "digest"), name="an_unread_mail_once")],
            },
        ),
    ]
