from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_malware_scan'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('cipher', models.CharField(max_length=64)),
                ('reason', models.CharField(blank=True, max_length=16)),
                ('seconds', models.FloatField()),
                ('read_at', models.DateTimeField()),
                ('part', models.JSONField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case_id', 'region', 'cipher'), name='file_reading_once')],
            },
        ),
        scoped("documents_filereading"),
    ]
