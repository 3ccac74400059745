from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    dependencies = [("review", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='RuleDraft',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('base', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('edits', models.PositiveIntegerField(default=0)),
                ('begun_by', models.CharField(max_length=64)),
                ('begun_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=64)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'key'), name='rule_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='UnrehearsedPublication',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('definition', models.CharField(max_length=64)),
                ('reason', models.BinaryField()),
                ('published_by', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'key'], name='unrehearsed_item')],
            },
        ),
        scoped("review_ruledraft"),
        scoped("review_unrehearsedpublication"),
        append_only("review_unrehearsedpublication"),
    ]
