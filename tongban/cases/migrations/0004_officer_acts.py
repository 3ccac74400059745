from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_worklists'),
    ]

    operations = [
        migrations.CreateModel(
            name='OfficerAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('seq', models.PositiveIntegerField()),
                ('officer', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'officer', 'at'], name='officer_act_day')],
                'constraints': [models.UniqueConstraint(fields=('case_id', 'region', 'seq'), name='officer_act_once')],
            },
        ),
        scoped("cases_officeract"),
    ]
