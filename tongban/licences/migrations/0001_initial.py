from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='CheckRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('checked', models.PositiveIntegerField()),
                ('findings', models.JSONField(default=dict)),
                ('examples', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['region', '-at'], name='licence_check_newest')],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('seq', models.PositiveIntegerField()),
                ('identifier', models.CharField(max_length=110)),
                ('type', models.CharField(max_length=60)),
                ('number', models.CharField(max_length=80)),
                ('issuer', models.CharField(max_length=12)),
                ('operation', models.CharField(max_length=12)),
                ('follows', models.CharField(blank=True, max_length=110)),
                ('status', models.CharField(default='01', max_length=2)),
                ('changed_seq', models.PositiveIntegerField(default=0)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('face', models.BinaryField()),
                ('signature', models.BinaryField()),
                ('part', models.JSONField()),
                ('status_list', models.CharField(max_length=80)),
                ('status_index', models.PositiveIntegerField()),
                ('demo', models.BooleanField()),
                ('issued_at', models.DateTimeField()),
                ('witnessed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'case_id'], name='licence_of_case'), models.Index(fields=['region', 'number'], name='licence_by_number'), models.Index(fields=['region', 'status_list', 'status_index'], name='licence_by_place')],
                'constraints': [models.UniqueConstraint(fields=('region', 'identifier'), name='licence_held_once'), models.CheckConstraint(condition=models.Q(('status__in', ('01', '02', '03', '04', '05', '06', '07', '99'))), name='licence_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('decision_seq', models.PositiveIntegerField()),
                ('type', models.CharField(max_length=60)),
                ('operation', models.CharField(max_length=12)),
                ('state', models.CharField(max_length=10)),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('inc', models.PositiveIntegerField()),
                ('serial', models.CharField(max_length=32)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('identifier', models.CharField(blank=True, max_length=110)),
                ('number', models.CharField(blank=True, max_length=80)),
                ('follows', models.CharField(blank=True, max_length=110)),
                ('key', models.CharField(blank=True, max_length=80)),
                ('face', models.BinaryField(default=bytes)),
                ('signature', models.BinaryField(default=bytes)),
                ('content', models.BinaryField(default=bytes)),
                ('part', models.JSONField(default=dict)),
                ('claim', models.PositiveIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('reserved_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('valid_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('valid', 'stopped')), _negated=True), fields=['state', 'id'], name='licence_under_way')],
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id', 'decision_seq', 'type'), name='licence_reserved_once'), models.UniqueConstraint(fields=('serial', 'version'), name='licence_serial_once')],
            },
        ),
        migrations.CreateModel(
            name='SignerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('reservation', models.BigIntegerField()),
                ('step', models.CharField(max_length=8)),
                ('key', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['reservation'], name='signer_entry_reservation')],
            },
        ),
        *(scoped(f"licences_{table}") for table in ("reservation", "signerentry", "licence", "checkrun")),
        append_only("licences_signerentry"),
    ]
