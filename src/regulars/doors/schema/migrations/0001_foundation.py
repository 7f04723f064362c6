"""The first tables of every room and of the job queue."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """0001_foundation.sql, in one transaction."""

    initial = True
    operations = (migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")),)
