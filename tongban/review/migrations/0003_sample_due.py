from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("review", "0002_rule_drafts")]

    operations = [
        migrations.AddField("sample", "due_on", models.DateField(null=True)),
        migrations.AddField("automaticstop", "late", models.PositiveIntegerField(default=0)),
    ]
