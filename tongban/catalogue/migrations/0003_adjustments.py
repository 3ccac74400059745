from django.db import migrations, models

from tongban.kernel.tables import append_only


class Migration(migrations.Migration):

    dependencies = [('catalogue', '0002_item_versions')]

    operations = [
        migrations.CreateModel(
            name='PublicationAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('reason', models.JSONField(null=True)),
            ],
        ),
        append_only('catalogue_publicationact'),
        migrations.AddField('itemversion', 'since', models.DateField(null=True)),
        migrations.AddField('itemversion', 'reason', models.JSONField(null=True)),
        migrations.AddField('itemversion', 'into', models.CharField(db_default='', default='', max_length=400)),
    ]
