from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='QueryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('code', models.CharField(max_length=32)),
                ('factors', models.JSONField()),
                ('issued_by', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'case_id'), name='query_code_once'), models.UniqueConstraint(fields=('code', 'region'), name='query_code_found')],
            },
        ),
        migrations.CreateModel(
            name='ResumeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField()),
                ('code', models.CharField(max_length=32)),
                ('issued_by', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_by', models.CharField(blank=True, max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'case_id'], name='resume_code_case')],
                'constraints': [models.UniqueConstraint(fields=('code', 'region'), name='resume_code_found')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('region', models.CharField(max_length=12)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('ticket', models.CharField(blank=True, max_length=12)),
                ('clerk', models.CharField(max_length=64)),
                ('case_id', models.UUIDField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'opened_at'], name='visit_opened')],
            },
        ),
        scoped("slips_visit"),
        scoped("slips_querycode"),
        scoped("slips_resumecode"),
    ]
