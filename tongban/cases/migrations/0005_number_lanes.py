from django.db import migrations, models

# Every lane goes on behind the last number of its day.
LANES = """
INSERT INTO cases_numbercounter (region, day, lane, next)
SELECT region, day, more, (next / 8 + 1) * 8 + more FROM cases_numbercounter, generate_series(2, 8) AS more;
UPDATE cases_numbercounter SET next = (next / 8 + 1) * 8 + 1 WHERE lane = 1;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_officer_acts"),
    ]

    operations = [
        migrations.RemoveConstraint("numbercounter", "number_counter_once"),
        migrations.RenameField("numbercounter", "last", "next"),
        migrations.AddField(
            "numbercounter", "lane", models.PositiveSmallIntegerField(default=1), preserve_default=False
        ),
        migrations.AddConstraint(
            "numbercounter", models.UniqueConstraint(fields=["region", "day", "lane"], name="number_lane_once")
        ),
        migrations.RunSQL(LANES, migrations.RunSQL.noop),
    ]
