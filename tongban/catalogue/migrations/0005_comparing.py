import django.db.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('catalogue', '0004_search')]

    operations = [
        migrations.AddIndex(
            'publisheddefinition', models.Index(fields=['item', 'region'], name='definition_of_item')
        ),
        migrations.CreateModel(
            name='LiaisonTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=80)),
                ('path', models.CharField(max_length=400)),
                ('grade', models.CharField(max_length=16)),
                ('what', models.JSONField()),
                ('since', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, default='', max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('noted_by', models.CharField(blank=True, default='', max_length=80)),
                ('noted_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['outcome', 'place'], name='liaison_task_open')],
                'constraints': [
                    models.UniqueConstraint(
                        condition=django.db.models.Q(('outcome', '')), fields=('place', 'key', 'path'), name='liaison_task_open_once'
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportReport',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(db_index=True)),
                ('counts', models.JSONField()),
                ('entries', models.JSONField()),
                ('raw', models.BinaryField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('taken_by', models.CharField(blank=True, default='', max_length=80)),
            ],
        ),
    ]
