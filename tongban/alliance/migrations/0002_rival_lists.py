from django.db import migrations, models

from tongban.kernel.tables import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RivalList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('raw', models.BinaryField()),
                ('found_at', models.DateTimeField()),
            ],
        ),
        append_only('alliance_rivallist'),
    ]
