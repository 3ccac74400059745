import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped


class Migration(migrations.Migration):
    dependencies = [("licences", "0002_held_status_list")]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("region", models.CharField(max_length=12)),
                ("case_id", models.UUIDField()),
                ("identifier", models.CharField(max_length=110)),
                ("owner", models.CharField(max_length=40)),
                ("made_by", models.CharField(max_length=40)),
                ("words", models.BinaryField()),
                ("shown", models.JSONField(default=list)),
                ("code", models.CharField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["region", "case_id"], name="licence_share_of_case")]},
        ),
        migrations.CreateModel(
            name="ShareReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="licences.share"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["share", "-at"], name="licence_share_read")]},
        ),
        migrations.CreateModel(
            name="Taking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("case_id", models.UUIDField()),
                ("identifier", models.CharField(max_length=110)),
                ("by", models.CharField(max_length=40)),
                ("agent", models.BooleanField()),
                ("form", models.CharField(max_length=10)),
                ("reason", models.BinaryField()),
                ("for_case", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["region", "case_id", "-at"], name="licence_taken")]},
        ),
        *(scoped(f"licences_{table}") for table in ("share", "sharereading", "taking")),
        *(append_only(f"licences_{table}") for table in ("sharereading", "taking")),
    ]
