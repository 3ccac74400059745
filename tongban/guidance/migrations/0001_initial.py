import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='TopicVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'version'), name='topic_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('about', models.CharField(blank=True, max_length=60)),
                ('begun_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('waits', models.BooleanField(default=True)),
                ('clerk', models.CharField(blank=True, max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['region', 'last_at'], name='conversation_open'), models.Index(fields=['region', 'begun_at'], name='conversation_begun')],
            },
        ),
        migrations.CreateModel(
            name='ConversationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('number', models.PositiveSmallIntegerField()),
                ('by', models.CharField(blank=True, max_length=64)),
                ('text', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='guidance.conversation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('conversation', 'number'), name='conversation_line_once')],
            },
        ),
        scoped("guidance_conversation"),
        scoped("guidance_conversationline"),
        append_only("guidance_topicversion"),
    ]
