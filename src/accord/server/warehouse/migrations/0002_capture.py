"""What ``0003_capture`` does now was done here first, for fewer tables."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("warehouse", "0001_initial"),
        ("accounts", "0002_audit_append_only"),
        ("agreements", "0002_said_and_signed_for_good"),
        ("pipeline", "0001_initial"),
        ("handoffs", "0001_initial"),
    ]

    operations: ClassVar = []
