"""The Idempotency-Key header: the same key gives the same answer for 30 days.

Source: draft-ietf-httpapi-idempotency-key-header; quality/cases 3.0, 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import access

from .call import Operation, Told, encoded
from .refusals import MalformedHeader

KEY_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True)
class Claim:
    """A key and the digest of the request it came with."""

    key: str
    request_digest: bytes


def claim(header: str | None, *, operation: str, raw: bytes) -> Claim | None:
    """What a request claims; None without the header.

    Raises:
        MalformedHeader: the key is empty, longer than 255 characters or not printable ASCII.
    """
    if header is None:
        return None
    key = header.strip().strip('"')
    if not 1 <= len(key) <= KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise MalformedHeader(f"An Idempotency-Key has 1 to {KEY_LENGTH_MAX} printable ASCII characters.")
    return Claim(key, ids.digest(operation.encode() + b"\n" + raw))


def natural(operation: Operation, asked: Any) -> Claim:
    """What a request claims by its own id: a key no header can carry, and its content whatever its spelling."""
    name = ids.key_of(operation.path, getattr(asked, "member_id", ""), getattr(asked, operation.name))
    return Claim(f"\N{MIDDLE DOT}{name.hex}", ids.digest(encoded(asked)))


def again(conn: Conn, program_id: int, claims: Mapping[int, Claim]) -> dict[int, Told | Exception]:
    """Of the claims of a transaction, by place, those that must not run: stored answers and refusals."""
    first: dict[str, int] = {}
    found: dict[int, Told | Exception] = {}
    for place, one in claims.items():
        if one.key in first:
            found[place] = access.KeyInProgress("The first request with this Idempotency-Key still runs.")
        else:
            first[one.key] = place
    wanted = {key: claims[place].request_digest for key, place in first.items()}
    for key, held in access.claim_keys(conn, program_id, wanted).items():
        found[first[key]] = held if isinstance(held, Refusal) else replayed(held)
    return found


def replayed(result: access.Result) -> Told:
    """A stored answer as it is told again: what was 201 is 200 now."""
    return Told(status=200 if result.status == 201 else result.status, body=result.body, is_replay=True)


def kept(claim: Claim, told: Told) -> access.Result:
    """An answer as it is stored under its key."""
    return access.Result(key=claim.key, request_digest=claim.request_digest, status=told.status, body=told.body)
