"""Runs in django-hordak's own environment, one process a client: `prepare` makes the accounts, `work` transfers.

For each line with seconds on standard input it transfers for so long and prints its transfers a second.
"""

import os
import random
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

HOST, PORT, USER, PASSWORD, NAME = os.environ["HORDAK_DSN"].split("\n")
MEMBERS = 200

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": HOST,
            "PORT": PORT,
            "USER": USER,
            "PASSWORD": PASSWORD,
            "NAME": NAME,
            "CONN_MAX_AGE": None,
        }
    },
    SECRET_KEY="only here",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DEFAULT_CURRENCY="EUR",
    CURRENCIES=["EUR"],
    HORDAK_CURRENCIES=["EUR"],
    HORDAK_INTERNAL_CURRENCY="EUR",
)
django.setup()

from hordak.models import Account, AccountType  # noqa: E402
from moneyed import Money  # noqa: E402


def prepare() -> None:
    call_command("migrate", verbosity=0)
    Account.objects.create(name="Issuance", code="1", type=AccountType.expense, currencies=["EUR"])
    for number in range(MEMBERS):
        Account.objects.create(name=f"m{number}", code=str(number + 2), type=AccountType.liability, currencies=["EUR"])


def work() -> None:
    accounts = {account.name: account for account in Account.objects.all()}
    issuance = accounts.pop("Issuance")
    members = list(accounts.values())
    one = Money(1, "EUR")
    print("ready", flush=True)
    for line in sys.stdin:
        started = time.monotonic()
        until = started + float(line)
        done = 0
        while time.monotonic() < until:
            with transaction.atomic():
                issuance.transfer_to(random.choice(members), one)
            done += 1
        print(done / (time.monotonic() - started), flush=True)


if sys.argv[1] == "prepare":
    prepare()
    print("ready", flush=True)
else:
    work()
