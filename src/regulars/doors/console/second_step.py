"""The second step of a log-in: a code from an app, told to allauth in our words."""

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from regulars.kit import crypto, qr

_PURPOSE = "second step"


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed with the key of the house; codes are drawn by our own library."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        sealed = crypto.sealer(settings.REGULARS.home).seal(text.encode(), purpose=_PURPOSE)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As the app knows it."""
        sealed = base64.b64decode(encrypted_text)
        return crypto.sealer(settings.REGULARS.home).open(sealed, purpose=_PURPOSE).decode()

    def build_totp_svg(self, url: str) -> str:
        """What the app scans."""
        return qr.svg(url)

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The console sends no mail; the audit log tells."""
