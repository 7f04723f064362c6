"""What a redemption gives besides its own code, and what taking it back means; one pair for each kind of grant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.program import coupons, experiences, rewards
from regulars.records import ledger

from .attend_experience import book_seat, cancel_seat
from .issue_coupons import issue_coupon
from .load_wallet import load_wallet
from .plan import Plan
from .spending import spend


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A redemption that is being made or undone; `account_id` keeps the member's points and is locked."""

    conn: Conn
    plan: Plan
    reward: rewards.Reward
    redemption: rewards.Redemption
    account_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How something is given, with the redemption as it is afterwards, and how it is taken back."""

    give: Callable[[Occasion], rewards.Redemption]
    take_back: Callable[[Occasion], None]


def grant(occasion: Occasion) -> rewards.Redemption:
    """Give what the reward's type gives; the redemption with the code that was given.

    Raises:
        RewardSoldOut, RewardNotAvailable, WalletUnknown, WalletNotLoadable: as named.
    """
    return KINDS[rewards.TYPES[occasion.reward.type].GRANT].give(occasion)


def take_back(occasion: Occasion) -> None:
    """Take back what was given, and put the units back into stock where another may have them.

    Raises:
        RewardUsed: it was used.
        AlreadyDrawn: the draw was made.
    """
    KINDS[rewards.TYPES[occasion.reward.type].GRANT].take_back(occasion)


def _give_nothing(occasion: Occasion) -> rewards.Redemption:
    return occasion.redemption


def _put_back(occasion: Occasion) -> None:
    rewards.put_back(occasion.conn, occasion.redemption)


def _load(occasion: Occasion) -> rewards.Redemption:
    load_wallet(
        occasion.conn,
        occasion.plan,
        occasion.redemption.member_id,
        occasion.reward.params["wallet"],
        _amount(occasion),
        reference=f"reward-{occasion.redemption.redemption_id}",
        shown_reason=occasion.redemption.code,
        actor=occasion.redemption.redeemed_by,
        at=occasion.at,
    )
    return occasion.redemption


def _amount(occasion: Occasion) -> int:
    amount: int = occasion.reward.params["amount_minor"]
    return amount * occasion.redemption.quantity


def _pay_cashback(occasion: Occasion) -> rewards.Redemption:
    wallet = occasion.plan.wallet_of(occasion.reward.params["wallet"])
    if wallet.kind is not ledger.WalletKind.CASHBACK:
        raise ledger.WalletNotLoadable(f"Cashback goes into wallets of the kind cashback; {wallet.code} is none.")
    today = occasion.plan.program.local_date(occasion.at)
    transfer = _transfer(occasion, wallet, ledger.Movement.EARN, _amount(occasion), "earn.reward")
    ledger.post(
        occasion.conn,
        [_with_lot(transfer, ledger.Lot(expires_on=ledger.expires_on(wallet.expiry, today)))],
        wallets=occasion.plan.wallets,
        today=today,
        recorded_at=occasion.at,
    )
    return occasion.redemption


def _with_lot(transfer: ledger.Transfer, lot: ledger.Lot) -> ledger.Transfer:
    return ledger.Transfer(**{name: getattr(transfer, name) for name in transfer.__struct_fields__} | {"lot": lot})


def _transfer(
    occasion: Occasion, wallet: ledger.Wallet, movement: ledger.Movement, points: int, code: str
) -> ledger.Transfer:
    return ledger.Transfer(
        member_id=occasion.account_id,
        transfer_id=ids.key_of(code, occasion.redemption.redemption_id),
        movement=movement,
        points=points,
        occurred_at=occasion.at,
        on_date=occasion.plan.program.local_date(occasion.at),
        reason=ledger.Reason(code, {"reward": occasion.reward.name, "redemption": occasion.redemption.code}),
        wallet_id=wallet.wallet_id,
        subject_id=occasion.redemption.redemption_id,
    )


def _take_money(occasion: Occasion) -> None:
    """The whole amount or nothing: what was spent of it cannot be exchanged back into points."""
    wallet = occasion.plan.wallet_of(occasion.reward.params["wallet"])
    transfer = _transfer(occasion, wallet, ledger.Movement.ADJUST, -_amount(occasion), "undo.reward")
    try:
        spend(occasion.conn, occasion.plan, transfer, at=occasion.at)
    except ledger.InsufficientPoints as short:
        missing = _amount(occasion) - short.facts["spendable"]
        raise rewards.RewardUsed(
            "What this reward paid in was spent: it cannot be undone.", facts={"missing": missing}
        ) from short
    _put_back(occasion)


def _hand_out_code(occasion: Occasion) -> rewards.Redemption:
    codes = rewards.claim_codes(occasion.conn, occasion.reward, occasion.redemption.quantity)
    if not codes:
        raise rewards.RewardSoldOut("No code of this reward is left; no points were taken.")
    return replace(occasion.redemption, code=" ".join(codes))


def _keep_code(_: Occasion) -> None:
    """A code that a member has seen is never given to another."""


def _issue_coupons(occasion: Occasion) -> rewards.Redemption:
    pool = coupons.pool(occasion.conn, occasion.plan.program.program_id, occasion.reward.params["pool"])
    redemption = occasion.redemption
    try:
        issued = [
            issue_coupon(
                occasion.conn,
                occasion.plan,
                pool,
                redemption.member_id,
                issue_id=f"reward-{redemption.redemption_id}-{number}",
                at=occasion.at,
            ).coupon
            for number in range(redemption.quantity)
        ]
    except coupons.CouponsSoldOut as refused:
        raise rewards.RewardSoldOut("No coupon of this reward is left; no points were taken.") from refused
    except (coupons.CouponNotAvailable, coupons.CouponExpired) as refused:
        raise rewards.RewardNotAvailable(
            "The coupons of this reward are not given out at present.", facts={"reason": "coupon"}
        ) from refused
    return replace(redemption, code=" ".join(coupon.shown for coupon in issued))


def _withdraw_coupons(occasion: Occasion) -> None:
    """All of them or none: a coupon that was used, is set aside or was passed on stays what it is."""
    program_id = occasion.plan.program.program_id
    typed = occasion.redemption.code.split(" ")
    found = coupons.named(occasion.conn, program_id, [coupons.normal(code) for code in typed])
    for coupon in found.values():
        standing = {coupons.UseState.RESERVED, coupons.UseState.USED}
        is_taken = any(use.state in standing for use in coupons.of_code(occasion.conn, coupon))
        if coupon.member_id != occasion.redemption.member_id or is_taken:
            raise rewards.RewardUsed("A coupon of this reward was used or passed on: it cannot be undone.")
        coupons.void(occasion.conn, coupon, by=f"redemption:{occasion.redemption.redemption_id}", at=occasion.at)
    _put_back(occasion)


def _book_seat(occasion: Occasion) -> rewards.Redemption:
    """A seat, never a place in the waiting list: who waits has not paid."""
    if occasion.redemption.quantity != 1:
        raise rewards.RedemptionQuantityOutOfRange("A member has one seat: a redemption of it is of 1 unit.")
    one = _experience(occasion)
    try:
        booked = book_seat(
            occasion.conn, occasion.plan, one.experience_id, occasion.redemption.member_id, at=occasion.at
        )
    except experiences.NotInvited as refused:
        raise rewards.RewardNotAvailable(
            "This experience is not open to this member now.", facts={"reason": "experience"}
        ) from refused
    if booked.outcome == "replayed":
        raise rewards.RewardNotAvailable(
            "This member has a seat or a place in the waiting list.", facts={"reason": "has-seat"}
        )
    if booked.booking.state is not experiences.Seat.BOOKED:
        raise rewards.RewardSoldOut("No seat is left; no points were taken.")
    return replace(occasion.redemption, code=experiences.ticket_text(booked.booking))


def _experience(occasion: Occasion) -> experiences.Experience:
    code = occasion.reward.params["experience"]
    return experiences.get(occasion.conn, occasion.plan.program.program_id, code=code)


def _give_seat_back(occasion: Occasion) -> None:
    experience_id, member_id = _experience(occasion).experience_id, occasion.redemption.member_id
    try:
        cancel_seat(occasion.conn, occasion.plan, experience_id, member_id, at=occasion.at)
    except experiences.NoSeat as refused:
        raise rewards.RewardUsed("It has begun: the seat cannot be given back.") from refused
    _put_back(occasion)


def _enter(occasion: Occasion) -> rewards.Redemption:
    if rewards.is_drawn(occasion.conn, occasion.reward):
        raise rewards.RewardNotAvailable("The draw was made.", facts={"reason": "drawn"})
    return occasion.redemption


def _leave(occasion: Occasion) -> None:
    if rewards.is_drawn(occasion.conn, occasion.reward):
        raise rewards.AlreadyDrawn("The draw was made; its winners stand.")
    _put_back(occasion)


KINDS: Mapping[rewards.Grant, Kind] = {
    rewards.Grant.NOTHING: Kind(give=_give_nothing, take_back=_put_back),
    rewards.Grant.STORED_VALUE: Kind(give=_load, take_back=_take_money),
    rewards.Grant.CASHBACK: Kind(give=_pay_cashback, take_back=_take_money),
    rewards.Grant.COUPON: Kind(give=_issue_coupons, take_back=_withdraw_coupons),
    rewards.Grant.SEAT: Kind(give=_book_seat, take_back=_give_seat_back),
    rewards.Grant.PARTNER_CODE: Kind(give=_hand_out_code, take_back=_keep_code),
    rewards.Grant.ENTRY: Kind(give=_enter, take_back=_leave),
}
