from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "tongban.enquiries"
    label = "enquiries"
    default_auto_field = "django.db.models.BigAutoField"
