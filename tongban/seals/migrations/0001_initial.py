import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='BlankBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('type', models.CharField(max_length=60)),
                ('prefix', models.CharField(blank=True, max_length=12)),
                ('width', models.PositiveSmallIntegerField()),
                ('first', models.PositiveBigIntegerField()),
                ('last', models.PositiveBigIntegerField()),
                ('received_by', models.CharField(max_length=24)),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BlankHandout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('window', models.CharField(max_length=40)),
                ('first', models.PositiveBigIntegerField()),
                ('last', models.PositiveBigIntegerField()),
                ('next', models.PositiveBigIntegerField()),
                ('handed_by', models.CharField(max_length=24)),
                ('handed_at', models.DateTimeField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handouts', to='seals.blankbatch')),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('office', models.CharField(max_length=64)),
                ('owner', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=30)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('number', models.CharField(max_length=13)),
                ('uses', models.JSONField(default=list)),
                ('picture', models.BinaryField()),
                ('page', models.BinaryField()),
                ('state', models.CharField(max_length=10)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('asked_by', models.CharField(max_length=24)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_by', models.CharField(blank=True, max_length=24)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=24)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'state'], name='seal_by_state')],
                'constraints': [models.UniqueConstraint(fields=('region', 'number'), name='seal_number_once')],
            },
        ),
        migrations.CreateModel(
            name='SealMaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('suite', models.CharField(max_length=8)),
                ('certificate', models.BinaryField()),
                ('ended', models.BinaryField(default=bytes)),
                ('ended_number', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'suite'), name='seal_maker_once')],
            },
        ),
        migrations.CreateModel(
            name='BlankUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('type', models.CharField(max_length=60)),
                ('number', models.CharField(max_length=40)),
                ('outcome', models.CharField(max_length=4)),
                ('ref', models.CharField(blank=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('handout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='seals.blankhandout')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'type', 'number'), name='blank_once')],
            },
        ),
        migrations.CreateModel(
            name='SealKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('suite', models.CharField(max_length=8)),
                ('certificate', models.BinaryField()),
                ('eseal', models.BinaryField(default=bytes)),
                ('made_at', models.DateTimeField()),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='seals.seal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal', 'suite'), name='seal_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SealRequest',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('suite', models.CharField(max_length=8)),
                ('subject', models.CharField(max_length=20)),
                ('ref', models.CharField(max_length=120)),
                ('document', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('prepared', models.BinaryField(default=bytes)),
                ('start', models.PositiveIntegerField(default=0)),
                ('end', models.PositiveIntegerField(default=0)),
                ('attributes', models.BinaryField(default=bytes)),
                ('level', models.CharField(blank=True, max_length=4)),
                ('answer', models.BinaryField(default=bytes)),
                ('state', models.CharField(max_length=8)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('asked_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='seals.seal')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['region', 'id'], name='seal_request_waiting')],
                'constraints': [models.UniqueConstraint(fields=('region', 'subject', 'ref', 'suite'), name='seal_request_once')],
            },
        ),
        migrations.CreateModel(
            name='SealUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('suite', models.CharField(max_length=8)),
                ('subject', models.CharField(max_length=20)),
                ('ref', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='seals.seal')),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'seal', '-at'], name='seal_use_newest')],
            },
        ),
        scoped("seals_sealmaker"),
        scoped("seals_seal"),
        scoped("seals_sealkey"),
        scoped("seals_sealrequest"),
        scoped("seals_sealuse"),
        scoped("seals_blankbatch"),
        scoped("seals_blankhandout"),
        scoped("seals_blankuse"),
        append_only("seals_sealuse"),
        append_only("seals_blankuse"),
    ]
