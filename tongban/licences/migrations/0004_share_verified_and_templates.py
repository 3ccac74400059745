from django.db import migrations, models

from tongban.kernel.tables import scoped


class Migration(migrations.Migration):
    dependencies = [("licences", "0003_wallet")]

    operations = [
        migrations.AddField(
            model_name="sharereading",
            name="verified",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("type", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("state", models.CharField(max_length=10)),
                ("layout", models.TextField()),
                ("edits", models.PositiveIntegerField(default=1)),
                ("writers", models.JSONField(default=list)),
                ("changed_by", models.CharField(max_length=40)),
                ("changed_at", models.DateTimeField()),
                ("published_by", models.CharField(blank=True, max_length=40)),
                ("published_at", models.DateTimeField(null=True)),
                ("in_force_from", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "type", "version"), name="licence_form_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("region", "type"), name="licence_form_one_draft"
                    ),
                ],
            },
        ),
        scoped("licences_formversion"),
    ]
