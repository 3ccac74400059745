import django.db.models.deletion
from django.db import migrations, models

from tongban.kernel.tables import append_only, scoped

TABLES = ("engraver", "sealorder", "physicalseal", "sealorderstep")
KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
REGION = ("region", models.CharField(max_length=12))


def part_of_an_order(name):
    return ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to="seals.sealorder"))


class Migration(migrations.Migration):
    dependencies = [("seals", "0002_the_signer_prepares")]

    operations = [
        migrations.CreateModel(
            "Engraver",
            [
                KEY,
                REGION,
                ("name", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("region", "name"), condition=models.Q(("ended_at", None)), name="engraver_once")
                ]
            },
        ),
        migrations.CreateModel(
            "SealOrder",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                REGION,
                ("organisation", models.CharField(max_length=80)),
                ("uscc", models.CharField(max_length=18)),
                ("recipient", models.CharField(max_length=20)),
                ("phone", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=10)),
                ("ordered_at", models.DateTimeField()),
                (
                    "engraver",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="seals.engraver"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["region", "-ordered_at"], name="seal_order_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "uscc"), condition=models.Q(("state", "withdrawn"), _negated=True), name="free_set_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "PhysicalSeal",
            [
                KEY,
                REGION,
                part_of_an_order("seals"),
                ("place", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("number", models.CharField(blank=True, max_length=13)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "kind"), name="physical_seal_kind_once"),
                    models.UniqueConstraint(
                        fields=("region", "number"), condition=models.Q(("number", ""), _negated=True), name="record_number_once"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "SealOrderStep",
            [
                KEY,
                REGION,
                part_of_an_order("steps"),
                ("state", models.CharField(max_length=10)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("waybill", models.CharField(blank=True, max_length=30)),
                ("by", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
            ],
        ),
        *(scoped(f"seals_{table}") for table in TABLES),
        append_only("seals_sealorderstep"),
    ]
