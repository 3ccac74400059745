from django.db import migrations, models

from tongban.kernel.tables import append_only


class Migration(migrations.Migration):

    dependencies = [('catalogue', '0001_published_definitions')]

    operations = [
        migrations.CreateModel(
            name='ItemVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=400)),
                ('version', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=320)),
                ('hash', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('source', models.CharField(max_length=400)),
                ('by', models.CharField(max_length=80)),
                ('stored_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('layer', 'key', 'version'), name='item_version_once')],
            },
        ),
        append_only('catalogue_itemversion'),
    ]
