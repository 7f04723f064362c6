"""Prepare the console: Django's tables in schema `people`, and the first operator."""

from django.contrib.auth import get_user_model
from django.core.management import call_command

from regulars.doors.console.settings import SCHEMA
from regulars.kit import db


def migrate(dsn: str) -> None:
    """Bring Django's tables in schema `people` up to date; `configure` was called with the same `dsn`."""
    with db.connect(dsn) as conn:
        conn.execute(f"create schema if not exists {SCHEMA}")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def ensure_operator(username: str, *, email: str = "") -> bool:
    """Make the operator if there is none of that name; True when it was made now.

    A new operator has no password: `onetime.issue` is the way in.
    """
    operator, is_new = get_user_model().objects.get_or_create(
        username=username, defaults={"email": email, "is_superuser": True}
    )
    if is_new:
        operator.set_unusable_password()
        operator.save(update_fields=["password"])
    return is_new
