import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('owner', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('sms', models.CharField(max_length=8)),
                ('mail', models.CharField(max_length=8)),
                ('address', models.BinaryField(null=True)),
                ('language', models.CharField(max_length=2)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('owner', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=24)),
                ('case_id', models.UUIDField(null=True)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('tail', models.CharField(blank=True, max_length=8)),
                ('item', models.JSONField(null=True)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'owner', '-made_at'], name='notice_owner'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['region', 'owner'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id', 'seq', 'kind'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeDelivery',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('owner', models.CharField(max_length=64)),
                ('way', models.CharField(max_length=8)),
                ('state', models.CharField(max_length=12)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=24)),
                ('due_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notices.notice')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['region', 'due_at'], name='notice_delivery_due'), models.Index(fields=['owner', 'way', 'sent_at'], name='notice_delivery_sent')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'way'), name='notice_delivery_once')],
            },
        ),
        scoped("notices_notice"),
        scoped("notices_noticedelivery"),
    ]
