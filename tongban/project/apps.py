from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "tongban.project"
    label = "project"

    def ready(self) -> None:
        """Plug the contexts together (see `wiring.py`)."""
        from tongban.project import wiring

        wiring.connect()
