from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0004_checkpoints'),
    ]

    operations = [
        migrations.AddField(
            model_name='incarnation',
            name='node',
            field=models.CharField(default='', max_length=80, unique=True),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='incarnation',
            name='nonce',
            field=models.CharField(blank=True, default='', max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='incarnation',
            name='timeline',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='promise',
            name='nonce',
            field=models.CharField(blank=True, default='', max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='recovery',
            name='statement',
            field=models.BinaryField(null=True),
        ),
    ]
