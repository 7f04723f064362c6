"""The people who run the program, and how they get in. No domain model lives in Django."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models


class Operator(AbstractUser):
    """A person of the shop who may open the console. Members are not operators. `role` says what they may do there."""

    role: models.CharField[str, str] = models.CharField(max_length=20, default="owner")

    class Meta:
        """The table's plain name; its schema is `people`."""

        db_table = "operator"


class LoginLink(models.Model):
    """A link that logs one operator in once. Only the token's SHA-256 is kept."""

    operator: models.ForeignKey[Operator, Operator] = models.ForeignKey(Operator, on_delete=models.CASCADE)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    issued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """The table's plain name; its schema is `people`."""

        db_table = "login_link"
