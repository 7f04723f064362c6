"""Every minute: notes of the audit log are put into their chain, and its head is signed and told."""

import msgspec

from regulars.kit import clock, crypto, db, jobs, settings
from regulars.records import audit


def seal_audit(pool: db.Pool, _: jobs.Job) -> None:
    """Seal what is committed, portion by portion; a chain that has grown gets a line in the file of heads."""
    found = settings.read()
    sealed = 0
    portion = audit.SEALED_AT_ONCE
    while portion == audit.SEALED_AT_ONCE:
        with db.transaction(pool) as conn:
            portion = audit.seal(conn)
        sealed += portion
    if sealed:
        found.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with db.transaction(pool) as conn:
            head = audit.head(conn, crypto.signer(found.home), at=clock.now())
        with found.heads_file.open("ab") as file:
            file.write(msgspec.json.encode(head) + b"\n")
