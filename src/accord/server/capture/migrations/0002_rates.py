from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("capture", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("leads", "Leads"),
                    ("touchpoints", "Touchpoints"),
                    ("deals", "Deals"),
                    ("costs", "Costs"),
                    ("rates", "Exchange rates"),
                ],
                max_length=12,
            ),
        ),
    ]
