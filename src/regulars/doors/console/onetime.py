"""One-time links: how the first operator gets in, and how one who lost the password comes back.

A link is made on the command line of the server, lasts a day and works once. Opening it changes nothing (mail
scanners and previews open links); only the button on its page, a POST, uses it up.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth import get_user_model

from regulars.kit import clock

if TYPE_CHECKING:
    from regulars.doors.console.models import Operator

LIFETIME = timedelta(hours=24)
_TOKEN_BYTES = 32


def issue(username: str, *, at: datetime | None = None) -> str:
    """The path of a new link for this operator, such as `/enter/<token>`.

    Earlier links of the same operator end here. `at` is this instant when left out.

    Raises:
        LookupError: no active operator of that name.
    """
    at = at or clock.now()
    operator = get_user_model().objects.filter(username=username, is_active=True).first()
    if operator is None:
        raise LookupError(f"there is no active operator {username!r}")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    links = apps.get_model("console", "LoginLink").objects
    links.filter(operator=operator, used_at=None).delete()
    links.create(operator=operator, digest=_digest(token), issued_at=at, expires_at=at + LIFETIME)
    return f"/enter/{token}"


def holder(token: str, *, at: datetime) -> "Operator | None":
    """Whose unused, unexpired link this is; nothing is used up."""
    link = _open_links(token, at).select_related("operator").first()
    return link.operator if link else None


def consume(token: str, *, at: datetime) -> "Operator | None":
    """Use the link up and give its operator; None for a link that is unknown, used or over.

    Of two that come at once, one gets in.
    """
    operator = holder(token, at=at)
    return operator if operator and _open_links(token, at).update(used_at=at) == 1 else None


def _open_links(token: str, at: datetime):  # type: ignore[no-untyped-def]  # the model is known only after setup
    links = apps.get_model("console", "LoginLink").objects
    return links.filter(digest=_digest(token), used_at=None, expires_at__gt=at, operator__is_active=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
