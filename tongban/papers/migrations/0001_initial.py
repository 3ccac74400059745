from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='IssuedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('place', models.CharField(max_length=12)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=80)),
                ('office', models.CharField(blank=True, max_length=64)),
                ('issued_on', models.DateField()),
                ('digest', models.CharField(max_length=64)),
                ('part', models.JSONField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case_id', 'region', 'place', 'seq', 'kind'), name='paper_once'), models.UniqueConstraint(fields=('region', 'place', 'number'), name='paper_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PaperCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('word', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'word', 'year'), name='paper_counter_once')],
            },
        ),
        migrations.CreateModel(
            name='UnprintedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('code', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case_id', 'region', 'seq', 'kind'), name='unprinted_once')],
            },
        ),
        scoped("papers_papercounter"),
        scoped("papers_issuedpaper"),
        scoped("papers_unprintedpaper"),
    ]
