"""Who came in and who did not, in the audit log: log-ins are not of one program, but of the house."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as second
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from regulars.doors.console import database
from regulars.doors.console.accounts import display_name
from regulars.doors.console.desk import came_from
from regulars.doors.console.models import Operator
from regulars.kit import clock
from regulars.records import access, audit


def connect() -> None:
    """Listen to Django's log-ins."""
    user_logged_in.connect(_came, dispatch_uid="audit")
    user_logged_out.connect(_left, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")
    password_changed.connect(_changed, dispatch_uid="audit")
    second.authenticator_added.connect(_protected, dispatch_uid="audit")
    second.authenticator_removed.connect(_bared, dispatch_uid="audit")


def note(verb: str, request: HttpRequest | None, operator: Operator | None, **facts: Any) -> None:
    """Write down an act of an account that is not about a program."""
    by = access.staff(operator.pk, display_name(operator)) if operator is not None else access.NOBODY
    address = came_from(request) if request is not None else ""
    with database.transaction() as conn:
        audit.note(conn, None, verb, by=by, at=clock.now(), address=address, facts=facts)


def _came(request: HttpRequest, user: Operator, **_: Any) -> None:
    note("logged-in", request, user)


def _left(request: HttpRequest, user: Operator | None, **_: Any) -> None:
    if user is not None:
        note("logged-out", request, user)


def _changed(request: HttpRequest, user: Operator, **_: Any) -> None:
    note("password-changed", request, user)


def _protected(request: HttpRequest, user: Operator, authenticator: Any, **_: Any) -> None:
    note("second-step-added", request, user, type=str(authenticator.type))


def _bared(request: HttpRequest, user: Operator, authenticator: Any, **_: Any) -> None:
    note("second-step-removed", request, user, type=str(authenticator.type))


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """What was typed is not kept: a password may stand where the name belongs. A known account is named by its id."""
    typed = str(credentials.get("username") or credentials.get("email") or "")
    found = Operator.objects.filter(username=typed).first() if typed else None
    note("login-failed", request, None, **({"account": f"staff:{found.pk}"} if found else {}))
