from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "tongban.alliance"
    label = "alliance"
    default_auto_field = "django.db.models.BigAutoField"
