"""Every command and its module: its function `command`, or its `app` where it has commands of its own.

A new command is one line here.
"""

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "run": "regulars.doors.cli.run",
    "migrate": "regulars.doors.cli.migrate",
    "login": "regulars.doors.cli.login",
    "key": "regulars.doors.cli.keys",
    "demo": "regulars.doors.cli.demo",
    "import": "regulars.doors.cli.import_purchases",
    "simulate": "regulars.doors.cli.simulate",
    "replay": "regulars.doors.cli.replay",
    "privacy": "regulars.doors.cli.privacy",
    "breach": "regulars.doors.cli.breach",
    "audit": "regulars.doors.cli.audit",
    "verify": "regulars.doors.cli.verify",
    "doctor": "regulars.doors.cli.doctor",
    "cluster": "regulars.doors.cli.cluster",
    "version": "regulars.doors.cli.version",
    "serve-web": "regulars.doors.cli.serve_web",
    "serve-worker": "regulars.doors.cli.serve_worker",
}

HIDDEN = frozenset({"serve-web", "serve-worker"})
"""Parts of `run`, and of an installation with a process manager of its own; not shown in the help."""
