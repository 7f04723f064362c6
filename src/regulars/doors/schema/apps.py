"""Tells Django where our migrations are; there are no models."""

from django.apps import AppConfig

APP = "regulars.doors.schema"
LABEL = "regulars_schema"


class SchemaConfig(AppConfig):
    """The name under which Django keeps book of what has run."""

    name = APP
    label = LABEL
