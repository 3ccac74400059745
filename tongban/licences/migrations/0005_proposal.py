from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):
    dependencies = [("licences", "0004_share_verified_and_templates")]

    operations = [
        migrations.AddField("reservation", "due_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("case_id", models.UUIDField()),
                ("identifier", models.CharField(max_length=110)),
                ("operation", models.CharField(max_length=12)),
                ("reason_code", models.CharField(max_length=30)),
                ("article", models.CharField(max_length=120)),
                ("note", models.BinaryField()),
                ("cmd", models.UUIDField()),
                ("changed_seq", models.PositiveIntegerField()),
                ("state", models.CharField(max_length=10)),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("settled_by", models.CharField(blank=True, max_length=40)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "cmd"), name="licence_proposal_cmd"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("region", "identifier"),
                        name="licence_proposed_once",
                    ),
                ]
            },
        ),
        scoped("licences_proposal"),
    ]
