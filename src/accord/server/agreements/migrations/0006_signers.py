"""Each revision says which roles must sign it, as its text does, and for good."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accord.agreement import load

_FIXED = (
    "number", "text", "outcome_fingerprint", "wording_fingerprint", "file_name", "reason", "proposed_by_id",
    "proposed_at", "planned_from", "based_on_id", "signers",
)  # fmt: skip


def _refuse(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER revision_text_immutable ON agreements_revision;
CREATE TRIGGER revision_text_immutable BEFORE UPDATE ON agreements_revision FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION accord_revision_immutable();
"""


def read_signers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the roles from the text; from the signatures where this version cannot read the text any more."""
    for revision in apps.get_model("agreements", "Revision").objects.all():
        agreement = load(revision.text, revision.file_name).agreement
        if agreement is not None:
            revision.signers = [role.name for role in agreement.roles.values() if role.signs]
        else:
            revision.signers = list(revision.signatures.order_by("at").values_list("role", flat=True))
        revision.save(update_fields=["signers"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agreements", "0005_tests_of_revisions")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="revision",
            name="signers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                default=list,
                help_text="The roles that must sign: by its text, or by what it replaces",
                size=None,
            ),
        ),
        migrations.RunPython(read_signers, migrations.RunPython.noop),
        migrations.RunSQL(_refuse(_FIXED), _refuse(_FIXED[:-1])),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(condition=models.Q(("status", "proposed")), fields=["number"], name="revision_to_sign"),
        ),
    ]
