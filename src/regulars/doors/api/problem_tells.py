"""What callers read of a refusal."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .tells import Tells


class FlawTold(Tells):
    """One thing wrong in what was sent."""

    pointer: Annotated[str, Meta(description="RFC 6901; fields of the address under /query and /path.")]
    code: str
    detail: str


class ProblemTold(Struct, kw_only=True):
    """A refusal (RFC 9457). Further members give the facts of a code."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: Annotated[str, Meta(description="Stable; the last part of `type`.")]
    request_id: str
    errors: list[FlawTold]
    retry: Annotated[
        Literal["no", "same-request", "after"],
        Meta(description="Whether the very same request may succeed later; `after`: see Retry-After."),
    ]
    kept: Annotated[
        str, Meta(description="`none`, `inbox:ID` (the bytes are safe with us for 30 days), or `existing:ID`.")
    ]
