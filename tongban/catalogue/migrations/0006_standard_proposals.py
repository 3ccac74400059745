from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('catalogue', '0005_comparing'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandardProposal',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('place', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=80)),
                ('definition', models.CharField(blank=True, default='', max_length=64)),
                ('reasons', models.JSONField()),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=['place', 'key'], name='standard_proposal_once'),
                ],
            },
        ),
    ]
