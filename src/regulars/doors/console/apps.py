"""The console as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class Console(AppConfig):
    """Owns the operators and their log-in links; nothing of the loyalty program."""

    name = "regulars.doors.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let log-ins go into the audit log, once the models are there."""
        import_module(f"{self.name}.noting").connect()
