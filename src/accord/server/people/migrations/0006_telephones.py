"""Telephones lead to people, who may share one; those that are known already become keys."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accord.server.people.telephones import phone_key, region_of


def keep_known_phones(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    known = apps.get_model("people", "Person").objects.exclude(phone="")
    rows = known.values_list("pk", "phone", "company__fields__country").iterator(chunk_size=5_000)
    person_key = apps.get_model("people", "PersonKey")
    keys = ((person, phone_key(phone, region_of(country))) for person, phone, country in rows)
    made = (person_key(person_id=person, kind="phone", key=key) for person, key in keys if key is not None)
    person_key.objects.bulk_create(made, batch_size=5_000)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0005_visit_networks")]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="personkey",
            name="one_person_per_key",
        ),
        migrations.AlterField(
            model_name="personkey",
            name="kind",
            field=models.CharField(
                choices=[("user", "Account"), ("email", "E-mail"), ("phone", "Telephone")], max_length=5
            ),
        ),
        migrations.AddConstraint(
            model_name="personkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "phone"), _negated=True), fields=("kind", "key"), name="one_person_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="personkey",
            constraint=models.UniqueConstraint(fields=("kind", "key", "person"), name="one_key_once_per_person"),
        ),
        migrations.RunPython(keep_known_phones, migrations.RunPython.noop),
    ]
