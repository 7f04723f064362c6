"""Members: who they are, what they have, what they can have."""

from typing import Any
from uuid import UUID

from regulars import flows
from regulars.flows import answers, counterparts, refer_friends
from regulars.kit import text
from regulars.program import tiers
from regulars.records import access, activities, ledger, members

from . import paging, samples, wallets
from .call import Answer, Call, Operation, Parameter, flaw, one_of
from .orders import identifier, in_utc
from .referral_shapes import ENROLL, ENROLLED, EnrollAsked, EnrolledTold
from .refusals import Invalid
from .tells import MemberTold, OffersTold, StatementTold


def enroll(call: Call, asked: EnrollAsked) -> Answer:
    """POST /v1/members: the same person again is the same member; a name or birthday that is sent is corrected."""
    enrollment = members.Enrollment(
        identifiers=_identifiers(asked),
        enrolled_at=in_utc(asked.enrolled_at, "/enrolled_at") if asked.enrolled_at else call.at,
        name=asked.name or "",
        birth_on=asked.birth_on,
        language=asked.language or "",
        channel=asked.channel,
        attributes=asked.attributes,
    )
    activities.check_text("/channel", asked.channel)
    code = asked.referral.code if asked.referral else ""
    advocate_id = refer_friends.check_code(call.conn, call.plan, code) if code else None
    ((member_id, is_new),) = flows.enroll_member(call.conn, call.plan, [enrollment], at=call.at)
    member = members.get(call.conn, call.program_id, member_id)
    if not is_new:
        member = _corrected(call, member, enrollment, asked)
    content = {**_told(call, member), "referral": _brought(call, member, advocate_id, asked, is_new=is_new)}
    waits = content["referral"] is not None and content["referral"]["status"] == "referral-review"
    return Answer(status=202 if waits else 201 if is_new else 200, content=content)


def _brought(
    call: Call, member: members.Member, advocate_id: UUID | None, asked: EnrollAsked, *, is_new: bool
) -> dict[str, Any] | None:
    """What a referral came to; what the member joins with is remembered with or without a code."""
    if asked.referral is None:
        return None
    told = {name: getattr(asked.referral, name) for name in ("device", "address", "payment")}
    joined = None
    if advocate_id is not None:
        done = refer_friends.join_by_code(call.conn, call.plan, member, advocate_id, told, is_new=is_new, at=call.at)
        joined = {"status": done.status, "reasons": list(done.reasons)}
    refer_friends.note_traits(call.conn, call.plan, member, told, at=call.at)
    return joined


def _identifiers(asked: EnrollAsked) -> tuple[members.Identifier, ...]:
    sent = (("external", asked.external_id), ("phone", asked.phone), ("email", asked.email), ("card", asked.card))
    fields = {"external": "external_id"}
    found = tuple(
        identifier(f"{kind}:{value}", f"/{fields.get(kind, kind)}") for kind, value in sent if value is not None
    )
    if not found:
        raise Invalid("Send at least one of external_id, phone, email, card.", flaws=[flaw("")])
    return found


def _corrected(
    call: Call, member: members.Member, enrollment: members.Enrollment, asked: EnrollAsked
) -> members.Member:
    missing = [one for one in enrollment.identifiers if one not in member.identifiers]
    if missing:
        raise members.IdentifierTaken(
            f"This member is known without this {missing[0].kind}; identifiers are added in the console.",
            flaws=[flaw(f"/{missing[0].kind}")],
        )
    name = member.name if asked.name is None else asked.name
    birth_on = asked.birth_on or member.birth_on
    if (name, birth_on) != (member.name, member.birth_on):
        members.rectify(call.conn, member, name=name, birth_on=birth_on)
    return members.get(call.conn, call.program_id, member.member_id)


def look_up(call: Call, _: None) -> Answer:
    """GET /v1/members/lookup?identifier=KIND:VALUE."""
    wanted = identifier(call.query.get("identifier", ""), "/query/identifier")
    found = members.find(call.conn, call.program_id, [wanted])
    if wanted not in found:
        raise members.MemberNotFound("There is no such member.")
    return Answer(status=200, content=_told(call, members.get(call.conn, call.program_id, found[wanted])))


def show(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    return Answer(status=200, content=_told(call, member))


def _told(call: Call, member: members.Member) -> dict[str, Any]:
    is_whole = access.Scope.ADMIN in call.key.scopes
    return {
        "member_id": str(member.member_id),
        "status": member.status.name.lower(),
        "external_id": member.external_id,
        "name": member.name,
        "birth_on": member.birth_on.isoformat() if member.birth_on else None,
        "language": member.language,
        "channel": member.channel,
        "enrolled_at": member.enrolled_at.isoformat(),
        "terms_version": member.terms_version,
        "attributes": member.attributes,
        "identifiers": [
            {"kind": str(one.kind), "value": one.value if is_whole else members.mask(one)} for one in member.identifiers
        ],
        "household_id": _household(call, member.member_id),
        "flags": ["chargeback"] if activities.has_chargeback(call.conn, member.member_id) else [],
    }


def _household(call: Call, member_id: UUID) -> str | None:
    account_id = members.accounts(call.conn, [member_id])[member_id]
    if account_id == member_id:
        return None
    return members.households.get(call.conn, call.program_id, account_id).external_id


def statement(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/statement."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    account_id = members.accounts(call.conn, [member.member_id])[member.member_id]
    language = one_of(call, "language", ("en", "zh"), member.language)
    limit = paging.limit(call)
    wallet, today = call.plan.wallet_of(call.query.get("wallet", "")), call.plan.program.local_date(call.at)
    found = ledger.lines(call.conn, account_id, wallet=wallet, limit=limit + 1, before=paging.cursor(call))
    lines = counterparts.named(call.conn, call.program_id, found[:limit])
    held = wallets.balances(call, account_id, language)
    progress = tiers.standing(call.conn, call.plan.ladder, member.member_id, today=today)
    last = found[limit - 1] if len(found) > limit else None
    content = {
        "member_id": str(member.member_id),
        "wallet": wallet.code,
        "unit": text.pick(wallet.unit, language),
        "as_of": call.at.isoformat(timespec="seconds"),
        "balance": next(one["balance"] for one in held if one["wallet"] == wallet.code),
        "wallets": held,
        "tier": answers.tier(progress, language),
        "lines": [
            _line(call, wallet, line, language)
            for line in counterparts.named(call.conn, call.program_id, lines[:limit])
        ],
        "next_cursor": paging.named((last.occurred_at, last.entry_id)) if last else None,
    }
    return Answer(status=200, content=content)


def _line(call: Call, wallet: ledger.Wallet, line: ledger.Line, language: str) -> dict[str, Any]:
    said = ledger.sentence(line, language=language, wallet=wallet, currency=call.plan.program.currency)
    return {
        "entry_id": str(line.entry_id),
        "type": line.movement.name.lower(),
        "points": line.points,
        "balance": line.balance_points,
        "occurred_at": line.occurred_at.isoformat(),
        "recorded_at": line.recorded_at.isoformat(),
        "title": said.title,
        "details": [{"text": words, "points": points} for words, points in said.details],
    }


def offers(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/rewards."""
    member = members.get(call.conn, call.program_id, call.path_id("member_id"))
    store = call.query.get("store", "")
    found = flows.offers(call.conn, call.plan, member.member_id, at=call.at, store=store)
    return Answer(status=200, content={"rewards": found})


_LANGUAGE = Parameter(
    name="language",
    description="The language of the sentences; the member's own when left out.",
    schema={"type": "string", "enum": ["en", "zh"]},
)

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/members",
        tag="Members",
        summary="Enroll a member",
        description=(
            "Enrolls somebody, or answers the member they already are: sending it again is never a conflict. The "
            "first of external_id, phone, email, card names them. Orders that waited for them are recorded. With the "
            "code of an advocate in `referral` both are rewarded once the first purchase is kept."
        ),
        run=enroll,
        asks=EnrollAsked,
        tells=EnrolledTold,
        sample=ENROLL,
        example=ENROLLED,
        statuses={
            201: "Enrolled.",
            200: "A member already; a name or birthday that was sent is corrected.",
            202: "Enrolled; a person looks at the referral first (`referral-review`).",
        },
        problems=(
            "unknown-referral-code",
            "referral-closed",
            "validation-failed",
            "unknown-field",
            "invalid-text",
            "identifier-taken",
            "invalid-timestamp",
        ),
    ),
    Operation(
        method="GET",
        path="/v1/members/lookup",
        tag="Members",
        summary="Find a member",
        description="By what the till knows: a phone number, a card, an e-mail address, the shop's own id.",
        run=look_up,
        tells=MemberTold,
        example=samples.MEMBER_TOLD,
        query=(
            Parameter(
                name="identifier",
                description="KIND:VALUE, such as `phone:+8613800138000`; kinds are external, phone, email, card.",
                required=True,
            ),
        ),
        problems=("not-found", "validation-failed"),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}",
        tag="Members",
        summary="Show a member",
        description=(
            "Who they are; an old id answers with the member it was merged into. "
            "`flags` holds `chargeback` when a bank ever took a payment of theirs back."
        ),
        run=show,
        tells=MemberTold,
        example=samples.MEMBER_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/statement",
        tag="Members",
        summary="Show a member's statement",
        description=(
            "Balances of every wallet with every coming expiry and activation and what the member was told of them, "
            "the tier with what is missing for the next and what is needed to keep it, and the movements of one wallet "
            "with a sentence each, newest first, page by page. Of a member of a household it is "
            "the statement of the account they share."
        ),
        run=statement,
        tells=StatementTold,
        example=samples.STATEMENT,
        query=(
            _LANGUAGE,
            Parameter(name="wallet", description="The code of the wallet whose movements are listed; the first one."),
            *paging.PARAMETERS,
        ),
        problems=("not-found", "validation-failed", "unknown-wallet"),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/rewards",
        tag="Members",
        summary="Show what a member can have",
        description=(
            "The catalogue as this member sees it: the prices they may choose from, whether each reward can be had "
            "now, and if not, why: `not-started`, `tier`, `store`, `audience` (with `for_whom`), "
            "`campaign`, `campaign-paused`, `budget-exhausted`, "
            "`redemption-limit-reached` (with `resets_at`), `reward-sold-out`, `insufficient-points`."
        ),
        run=offers,
        tells=OffersTold,
        query=(Parameter(name="store", description="Where they are; some rewards are for some stores."),),
        example={"rewards": [samples.OFFER]},
        problems=("not-found",),
    ),
)
