import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('number', models.CharField(max_length=32)),
                ('owner', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=12)),
                ('concerns', models.CharField(max_length=12)),
                ('case_id', models.UUIDField(null=True)),
                ('text', models.BinaryField()),
                ('filed_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('answer', models.BinaryField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'owner', '-filed_at'], name='complaint_owner'), models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['region', 'due_on'], name='complaint_open')],
                'constraints': [models.UniqueConstraint(fields=('region', 'number'), name='complaint_number_once')],
            },
        ),
        migrations.CreateModel(
            name='ComplaintCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'year'), name='complaint_counter_once')],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('about', models.CharField(max_length=8)),
                ('grade', models.PositiveSmallIntegerField()),
                ('step', models.CharField(max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['region', 'due_on'], name='follow_up_open')],
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id', 'about'), name='follow_up_once')],
            },
        ),
        migrations.CreateModel(
            name='FollowUpStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('step', models.CharField(max_length=12)),
                ('note', models.BinaryField()),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='feedback.followup')),
            ],
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('seq', models.PositiveIntegerField()),
                ('about', models.CharField(max_length=8)),
                ('item', models.CharField(max_length=64)),
                ('grade', models.PositiveSmallIntegerField()),
                ('tags', models.JSONField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'at'], name='rating_at')],
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id', 'about'), name='rating_once'), models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 5)), name='rating_grade')],
            },
        ),
        scoped("feedback_rating"),
        scoped("feedback_followup"),
        scoped("feedback_followupstep"),
        scoped("feedback_complaint"),
        scoped("feedback_complaintcounter"),
        append_only("feedback_followupstep"),
    ]
