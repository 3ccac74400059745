from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0007_peers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.UUIDField()),
                ('region', models.CharField(max_length=12)),
                ('node', models.CharField(max_length=80)),
                ('seq', models.PositiveIntegerField()),
                ('envelope', models.BinaryField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case_id', 'region', 'node'), name='fence_once')],
            },
        ),
        scoped('exchange_fence'),
        append_only('exchange_fence'),
    ]
