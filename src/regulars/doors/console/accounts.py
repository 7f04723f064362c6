"""allauth, told who may come in: operators made by us, never strangers."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regulars.doors.console.models import Operator


class OperatorAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Operators are made on the command line or by another operator; the door is not open for sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Name or e-mail and password; a session always lasts its two weeks, so nothing is asked about that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].label = _("User name or e-mail")
        self.fields["password"].label = _("Password")
        for field in self.fields.values():
            field.help_text = ""


def display_name(operator: Operator) -> str:
    """The name shown in the top bar: the full name where there is one, else the user name."""
    return operator.get_full_name() or operator.username
