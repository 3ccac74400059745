from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("regions", "0001_initial")]

    operations = [
        migrations.AddField("region", "name_en", models.CharField(blank=True, db_default="", max_length=100)),
        migrations.AddField("hall", "name_en", models.CharField(blank=True, db_default="", max_length=200)),
        migrations.AddField("hall", "address_en", models.CharField(blank=True, db_default="", max_length=300)),
        migrations.AddField("hall", "hours_en", models.CharField(blank=True, db_default="", max_length=100)),
    ]
