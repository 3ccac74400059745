from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


KEEP_READINGS = migrations.RunSQL(
    sql="""
    CREATE FUNCTION audit_keep_reading() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '6 months' THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'readings are never changed, and kept for six months' USING ERRCODE = 'insufficient_privilege';
    END $$;
    CREATE TRIGGER audit_reading_kept BEFORE UPDATE OR DELETE ON audit_reading
        FOR EACH ROW EXECUTE FUNCTION audit_keep_reading();
    CREATE TRIGGER audit_reading_never_truncated BEFORE TRUNCATE ON audit_reading
        FOR EACH STATEMENT EXECUTE FUNCTION tongban_refuse_change();
    """,
    reverse_sql="DROP TRIGGER audit_reading_kept ON audit_reading; DROP TRIGGER audit_reading_never_truncated ON audit_reading;"
    " DROP FUNCTION audit_keep_reading();",
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('case_id', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('reader', models.CharField(blank=True, max_length=64)),
                ('kind', models.CharField(blank=True, max_length=8)),
                ('roles', models.CharField(blank=True, max_length=120)),
                ('office', models.CharField(blank=True, max_length=64)),
                ('what', models.CharField(max_length=16)),
                ('outcome', models.CharField(max_length=48)),
                ('route', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'reader', 'at'], name='reading_reader'), models.Index(condition=models.Q(('case_id__isnull', False)), fields=['region', 'case_id', 'at'], name='reading_case'), models.Index(fields=['region', 'at'], name='reading_at')],
            },
        ),
        migrations.CreateModel(
            name='ReadingAlarm',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('region', models.CharField(max_length=12)),
                ('reader', models.CharField(max_length=64)),
                ('raised_at', models.DateTimeField()),
                ('cases', models.PositiveIntegerField()),
                ('looked_at', models.DateTimeField(null=True)),
                ('looked_by', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'raised_at'], name='reading_alarm_at')],
            },
        ),
        migrations.CreateModel(
            name='ReadingSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=12)),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('until', models.DateTimeField()),
                ('before', models.CharField(blank=True, max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'last'), name='reading_seal_once')],
            },
        ),
        scoped("audit_reading"),
        scoped("audit_readingseal"),
        scoped("audit_readingalarm"),
        append_only("audit_readingseal"),
        KEEP_READINGS,
    ]
