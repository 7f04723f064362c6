"""Merges: two profiles of one person become one, and two again within 30 days."""

from regulars import flows
from regulars.records import access

from . import account_samples as samples
from .asked import MergeAsked, UnmergeAsked
from .call import Answer, Call, Operation
from .tells_accounts import MergeTold, UnmergeTold


def merge(call: Call, asked: MergeAsked) -> Answer:
    """POST /v1/members/{member_id}/merge."""
    done = flows.merge_members(
        call.conn, call.plan, call.path_id("member_id"), asked.into, at=call.at, preview=asked.preview
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200, content={**done.answer, "preview": asked.preview and not is_replay}, is_replay=is_replay)


def unmerge(call: Call, asked: UnmergeAsked) -> Answer:
    """POST /v1/members/{member_id}/unmerge."""
    done = flows.unmerge_members(call.conn, call.plan, call.path_id("member_id"), at=call.at, preview=asked.preview)
    return Answer(status=200, content={**done.answer, "preview": asked.preview})


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/members/{member_id}/merge",
        tag="Members",
        summary="Merge a member into another",
        description=(
            "Both are one person: points with their lots, debts and holds move, tiers count both. Identifiers and the "
            "old id lead to the other from now on. With `preview` nothing moves. It can be undone for 30 days."
        ),
        run=merge,
        asks=MergeAsked,
        tells=MergeTold,
        scope=access.Scope.ADMIN,
        sample=samples.MERGE,
        example=samples.MERGE_TOLD,
        statuses={200: "Merged, now or before, or a preview."},
        problems=("already-merged", "invalid-recipient", "last-member", "not-found", "member-frozen", "member-erased"),
        name="member_id",
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/unmerge",
        tag="Members",
        summary="Undo a merge",
        description=(
            "The member has their identifiers again and gets back what they brought, as far as it is still there. "
            "With `preview` nothing moves."
        ),
        run=unmerge,
        asks=UnmergeAsked,
        tells=UnmergeTold,
        scope=access.Scope.ADMIN,
        sample={},
        example=samples.UNMERGE_TOLD,
        statuses={200: "Undone, or a preview."},
        problems=("not-merged", "merge-final", "not-found"),
        name="member_id",
    ),
)
