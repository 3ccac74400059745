from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("regions", "0002_names_in_english")]

    operations = [
        migrations.AddField("hall", "kind", models.CharField(max_length=8, default="hall", db_default="hall")),
        migrations.AddField("hall", "level", models.CharField(max_length=8, default="county", db_default="county")),
        migrations.AddField("hall", "town", models.CharField(max_length=12, blank=True, default="", db_default="")),
        migrations.AddField("hall", "modes", models.JSONField(default=list)),
        migrations.AddField("hall", "opens", models.TimeField(null=True)),
        migrations.AddField("hall", "closes", models.TimeField(null=True)),
        migrations.AddField("hall", "every_day", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("hall", "latitude", models.FloatField(null=True)),
        migrations.AddField("hall", "longitude", models.FloatField(null=True)),
        migrations.AddConstraint("hall", models.CheckConstraint(condition=Q(kind__in=("hall", "window", "station", "kiosk")), name="hall_kind_known")),
        migrations.AddConstraint("hall", models.CheckConstraint(condition=Q(level__in=("city", "county", "town", "village")), name="hall_level_known")),
    ]
