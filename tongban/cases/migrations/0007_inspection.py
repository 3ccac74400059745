from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_newest_cases_first")]

    operations = [
        migrations.AddField("case", "inspection", models.CharField(blank=True, db_default="", max_length=12)),
        migrations.AddField("case", "inspect_by", models.DateField(null=True)),
        migrations.AddField("case", "inspect_office", models.CharField(blank=True, db_default="", max_length=40)),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("inspection", ""), _negated=True),
                fields=["region", "inspection", "inspect_by", "case_id", "inspect_office"],
                name="case_inspection",
            ),
        ),
    ]
