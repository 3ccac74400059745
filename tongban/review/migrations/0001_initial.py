import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='AutomaticStop',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('stopped_at', models.DateTimeField()),
                ('stopped_by', models.CharField(max_length=64)),
                ('samples', models.PositiveIntegerField()),
                ('disagreed', models.PositiveIntegerField()),
                ('reason', models.BinaryField(null=True)),
                ('restarted_at', models.DateTimeField(null=True)),
                ('restarted_by', models.CharField(blank=True, max_length=64)),
                ('restart_reason', models.BinaryField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', '-stopped_at'], name='stop_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('restarted_at', None)), fields=('region', 'key'), name='stop_once')],
            },
        ),
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('item', models.CharField(max_length=36)),
                ('draft', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('since', models.DateField(null=True)),
                ('started_by', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('cases', models.PositiveIntegerField(default=0)),
                ('flipped', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('unread', models.PositiveIntegerField(default=0)),
                ('tally', models.JSONField(default=dict)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('signed_by', models.CharField(blank=True, max_length=64)),
                ('signed_at', models.DateTimeField(null=True)),
                ('note', models.BinaryField(null=True)),
                ('valid_from', models.DateField(null=True)),
                ('published', models.CharField(blank=True, max_length=64)),
                ('published_by', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', '-started_at'], name='rehearsal_newest')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('case_id', models.UUIDField()),
                ('number', models.CharField(max_length=32)),
                ('definition', models.CharField(max_length=64)),
                ('drawn_at', models.DateTimeField()),
                ('opinion', models.CharField(blank=True, max_length=12)),
                ('note', models.BinaryField(null=True)),
                ('reviewed_by', models.CharField(blank=True, max_length=64)),
                ('reviewed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'key', '-reviewed_at'], name='sample_reviewed'), models.Index(condition=models.Q(('reviewed_at', None)), fields=['region', 'drawn_at'], name='sample_waiting')],
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id'), name='sample_once')],
            },
        ),
        migrations.CreateModel(
            name='Flip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('number', models.CharField(max_length=32)),
                ('situation', models.CharField(max_length=80)),
                ('before', models.CharField(max_length=12)),
                ('after', models.CharField(max_length=12)),
                ('points', models.JSONField()),
                ('unrecorded', models.JSONField()),
                ('disputed', models.JSONField()),
                ('decision', models.CharField(blank=True, max_length=12)),
                ('decided_by', models.CharField(blank=True, max_length=12)),
                ('rehearsal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flips', to='review.rehearsal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rehearsal', 'case_id'), name='flip_once')],
            },
        ),
        scoped("review_rehearsal"),
        scoped("review_flip"),
        scoped("review_sample"),
        scoped("review_automaticstop"),
    ]
