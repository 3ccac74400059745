from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    dependencies = [("alliance", "0002_rival_lists")]

    operations = [
        migrations.CreateModel(
            name='AgreementDraft',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('agreement', models.CharField(max_length=80)),
                ('document', models.JSONField()),
                ('edits', models.PositiveIntegerField(default=0)),
                ('writers', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=64)),
                ('changed_at', models.DateTimeField()),
                ('sent', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'sent'], name='agreement_draft_open')],
            },
        ),
        migrations.CreateModel(
            name='AgreementProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('agreement', models.CharField(max_length=80)),
                ('version', models.PositiveIntegerField()),
                ('proposed_by', models.CharField(max_length=12)),
                ('payload', models.BinaryField()),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AgreementSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(max_length=64)),
                ('key_id', models.CharField(max_length=120)),
                ('node', models.CharField(max_length=80)),
                ('value', models.BinaryField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'key_id'), name='agreement_signature_once')],
            },
        ),
        migrations.CreateModel(
            name='AgreementStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('act', models.CharField(max_length=12)),
                ('agreement', models.CharField(max_length=80)),
                ('version', models.PositiveIntegerField()),
                ('document', models.CharField(max_length=64)),
                ('member', models.CharField(max_length=12)),
                ('last_day', models.DateField(null=True)),
                ('raw', models.BinaryField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['agreement', 'act'], name='agreement_statement_about')],
            },
        ),
        migrations.CreateModel(
            name='AgreementConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('document', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'document'), name='agreement_consent_once')],
            },
        ),
        scoped("alliance_agreementdraft"),
        scoped("alliance_agreementconsent"),
        append_only("alliance_agreementproposal"),
        append_only("alliance_agreementsignature"),
        append_only("alliance_agreementstatement"),
        append_only("alliance_agreementconsent"),
    ]
