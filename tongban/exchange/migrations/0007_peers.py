import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0006_operations'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='event_moved', pages_per_range=32),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('stage', 'PARKED')), fields=['region', 'issuer'], name='receipt_parked'),
        ),
        migrations.AddIndex(
            model_name='overdue',
            index=models.Index(condition=models.Q(('cleared_at', None)), fields=['region', 'rung'], name='overdue_open'),
        ),
    ]
