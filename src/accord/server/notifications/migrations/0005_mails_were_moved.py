from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_mails_become_deliveries"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notification",
            name="notification_due",
        ),
        migrations.RemoveField(
            model_name="notification",
            name="failures",
        ),
        migrations.RemoveField(
            model_name="notification",
            name="last_error",
        ),
        migrations.RemoveField(
            model_name="notification",
            name="mailed_at",
        ),
        migrations.RemoveField(
            model_name="notification",
            name="next_try_at",
        ),
    ]
