from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('enquiry_id', models.UUIDField()),
                ('number', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=64)),
                ('item', models.CharField(max_length=64)),
                ('title', models.JSONField()),
                ('receiving', models.CharField(max_length=12)),
                ('deciding', models.CharField(max_length=12)),
                ('state', models.CharField(max_length=16)),
                ('question', models.JSONField()),
                ('answer', models.JSONField(default=dict)),
                ('became', models.CharField(blank=True, max_length=32)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'state', 'asked_at'], name='enquiry_listed')],
                'constraints': [models.UniqueConstraint(fields=('enquiry_id', 'region'), name='enquiry_once')],
            },
        ),
        scoped("enquiries_enquiry"),
    ]
