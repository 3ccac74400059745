from django.db import migrations

FORWARD = (
    "CREATE INDEX kernel_waiting_jobs_of_a_case ON procrastinate_jobs (task_name, (args ->> 'case_id'))"
    " WHERE status = 'todo'"
)
BACK = "DROP INDEX kernel_waiting_jobs_of_a_case"


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]
