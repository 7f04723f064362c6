"""The console as a Django application."""

from django.apps import AppConfig


class Console(AppConfig):
    """Owns the operators and their log-in links; nothing of the loyalty program."""

    name = "regulars.doors.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
