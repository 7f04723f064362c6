"""Logs name the request and keep secrets to themselves."""

import json
import subprocess
import sys

from regulars.kit import logs


def test_secrets_and_personal_data_are_hidden_at_any_depth():
    event = {
        "event": "enrolled",
        "email": "a@b.c",
        "reset_token": "t",
        "Set-Cookie": "s",
        "deep": {"phone": "1", "n": 2},
    }
    assert logs.redact(None, "info", event) == {
        "event": "enrolled",
        "email": "***",
        "reset_token": "***",
        "Set-Cookie": "***",
        "deep": {"phone": "***", "n": 2},
    }


def test_json_logs_are_one_object_a_line_with_the_requests_id():
    program = """
import logging, structlog
from regulars.kit import logs
logs.set_up("json")
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    structlog.get_logger("shop").info("sold", bread=2)
    logging.getLogger("old").warning("plain %s", "words", extra={"password": "p"})
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == ""
    sold, plain = [json.loads(line) for line in done.stderr.splitlines()]
    assert {**sold, "timestamp": ""} == {
        "event": "sold",
        "bread": 2,
        "request_id": "r-1",
        "level": "info",
        "logger": "shop",
        "timestamp": "",
    }
    assert {**plain, "timestamp": ""} == {
        "event": "plain words",
        "password": "***",
        "request_id": "r-1",
        "level": "warning",
        "logger": "old",
        "timestamp": "",
    }
