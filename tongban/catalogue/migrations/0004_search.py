from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('catalogue', '0003_adjustments')]

    operations = [
        migrations.CreateModel(
            name='SearchMiss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('words', models.CharField(blank=True, default='', max_length=60)),
                ('times', models.PositiveIntegerField(default=0)),
                ('last_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchSynonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', models.CharField(max_length=60, unique=True)),
                ('means', models.CharField(max_length=320)),
                ('by', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField()),
            ],
        ),
    ]
