from django.db import migrations, models


def note_last_writers(apps, schema_editor):
    """Of drafts that are open only the last writer is known."""
    for row in apps.get_model("review", "RuleDraft").objects.filter(edits__gt=0):
        row.writers = [row.changed_by]
        row.save(update_fields=["writers"])


class Migration(migrations.Migration):

    dependencies = [("review", "0003_sample_due")]

    operations = [
        migrations.AddField("rehearsal", "writers", models.JSONField(default=list)),
        migrations.AddField("ruledraft", "writers", models.JSONField(default=list)),
        migrations.RunPython(note_last_writers, migrations.RunPython.noop),
    ]
