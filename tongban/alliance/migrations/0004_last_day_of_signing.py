from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("alliance", "0003_agreement_rounds")]

    operations = [
        migrations.AddField(
            model_name="agreementproposal", name="sign_until", field=models.DateField(db_index=True, null=True)
        ),
    ]
