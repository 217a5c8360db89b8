from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("backtests", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="backtest",
            name="begun",
            field=models.PositiveSmallIntegerField(default=0, help_text="How often a worker began it"),
        )
    ]
