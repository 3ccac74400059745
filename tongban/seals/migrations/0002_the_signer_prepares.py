from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]

    operations = [
        migrations.AddField("sealrequest", "proof", models.JSONField(default=dict)),
        migrations.AlterField("sealrequest", "document", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("sealrequest", "size", models.PositiveIntegerField(default=0)),
        migrations.AlterField("sealrequest", "digest", models.CharField(blank=True, max_length=64)),
    ]
