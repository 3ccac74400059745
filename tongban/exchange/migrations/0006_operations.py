from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0005_recovery'),
    ]

    operations = [
        migrations.CreateModel(
            name='Operation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('node', models.CharField(max_length=80)),
                ('what', models.CharField(max_length=12)),
                ('step', models.CharField(max_length=12)),
                ('request', models.UUIDField(null=True)),
                ('case_id', models.UUIDField(null=True)),
                ('proposal', models.UUIDField(null=True)),
                ('peer', models.CharField(blank=True, max_length=12)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=20)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('code', models.CharField(blank=True, max_length=80)),
                ('outcome', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['region', '-at'], name='operation_newest')],
                'constraints': [models.UniqueConstraint(fields=['region', 'request'], name='request_closed_once')],
            },
        ),
        scoped('exchange_operation'),
        append_only('exchange_operation'),
    ]
