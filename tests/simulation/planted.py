"""Bugs that are planted one at a time: each breaks one function of ours, and play must find it."""

import math
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from importlib import import_module
from typing import Any

from msgspec.structs import replace

from regulars.kit.clock import EVER, ONE_DAY, add_months
from regulars.records import ledger, members

Break = Callable[[Callable[..., Any]], Callable[..., Any]]
BUGS: dict[str, tuple[str, str, Break]] = {}
"""By name: the program it shows in, what is broken (module:name), and how: the old function makes the new one."""


def _bug(program: str, where: str) -> Callable[[Break], Break]:
    def plant(how: Break) -> Break:
        BUGS[how.__name__] = program, where, how
        return how

    return plant


LEDGER = "regulars.records.ledger"


@_bug("months", "regulars.records.activities.rules:_lost")
def returns_round_up(old):
    def lost(*told):
        eligible, points = old(*told)
        return eligible, Fraction(math.ceil(points))

    return lost


@_bug("months", "regulars.program.earning.rules:spread")
def lines_share_nothing(old):
    return lambda total, weights: [total, *[0] * (len(weights) - 1)]


@_bug("months", f"{LEDGER}.rules:Book.spend_order")
def the_latest_lot_is_spent_first(old):
    return lambda book, today: old(book, today)[::-1]


@_bug("months", f"{LEDGER}.model:Lot.is_active")
def the_last_day_is_a_day_too_early(old):
    return lambda lot, today: lot.active_on <= today < lot.expires_on


@_bug("months", f"{LEDGER}.model:Lot.is_active")
def pending_points_are_spent(old):
    return lambda lot, today: today <= lot.expires_on and lot != ledger.DEBT


@_bug("months", f"{LEDGER}:award_lot")
def points_wait_a_day_longer(old):
    def award_lot(wallet, *, earned_on, window_days, today):
        return old(wallet, earned_on=earned_on, window_days=window_days + 1, today=today)

    return award_lot


@_bug("months", f"{LEDGER}.calendar:ended")
def a_day_is_closed_before_it_is_over(old):
    return lambda lots, wallet, today: old(lots, wallet, today + ONE_DAY)


@_bug("for ever", f"{LEDGER}.rules:settlement")
def debts_are_not_paid(old):
    return lambda owed, earned: ()


@_bug("days", f"{LEDGER}.rules:_owed")
def debts_know_no_most(old):
    return lambda book, missing, wallet: missing


@_bug("reset", f"{LEDGER}.calendar:carried")
def carry_over_knows_no_most(old):
    return lambda expiry, points: points * expiry.carry_percent // 100


@_bug("birthday of the shop", f"{LEDGER}:in_grace")
def restored_points_get_no_grace(old):
    return lambda lot, expiry, today: lot


@_bug("visits", f"{LEDGER}.rules:extension")
def a_visit_moves_only_what_is_usable(old):
    def extension(book, wallet, on):
        onto, moving = old(book, wallet, on)
        return onto, tuple((lot, points) for lot, points in moving if lot.active_on == EVER)

    return extension


@_bug("visits", f"{LEDGER}:kept")
def a_return_forgets_the_visits(old):
    return lambda lot, expiry, visits: lot


@_bug("months", f"{LEDGER}.rules:apply")
def held_points_stay_in_their_lots(old):
    def apply(book, transfer, wallet, *, today):
        posting = old(book, transfer, wallet, today=today)
        return replace(posting, moves=()) if transfer.movement is ledger.Movement.HOLD else posting

    return apply


@_bug("months", "regulars.flows.hold_points:_release_rest")
def a_part_capture_keeps_the_rest(old):
    return lambda *told, **more: None


@_bug("months", "regulars.flows.hold_points:check_open")
def a_hold_is_captured_after_its_time(old):
    return lambda hold, *, at: None


@_bug("months", f"{LEDGER}:post")
def a_restore_gives_double(old):
    def double(transfer):
        if transfer.movement is not ledger.Movement.RESTORE:
            return transfer
        return replace(transfer, lots=tuple((lot, 2 * points) for lot, points in transfer.lots))

    return lambda conn, transfers, **more: old(conn, [double(transfer) for transfer in transfers], **more)


@_bug("months", "regulars.program.rewards:put_back")
def stock_comes_back_twice(old):
    def put_back(conn, redemption):
        old(conn, redemption)
        old(conn, redemption)

    return put_back


@_bug("months", "regulars.program.rewards:claim")
def stock_is_not_claimed(old):
    return lambda conn, reward, quantity: True


@_bug("days", "regulars.program.rewards:check_limit")
def limits_do_not_count(old):
    return lambda reward, taken, quantity: None


@_bug("months", "regulars.records.activities:remember")
def the_same_order_earns_again(old):
    def remember(conn, program_id, fresh):
        old(conn, program_id, fresh)
        return {row[0] for row in fresh}

    return remember


@_bug("months", f"{LEDGER}:posted")
def an_adjustment_comes_again_on_another_day(old):
    return lambda *told: None


@_bug("for ever", "regulars.program.earning.effects.tier_factor:TierFactor.apply")
def a_rank_gives_nothing(old):
    return staticmethod(lambda *told, **more: None)


@_bug("months", "regulars.program.tiers.rules:window_start")
def the_window_is_a_month_too_long(old):
    return lambda ladder, on, joined_on=None: old(ladder, add_months(on, -1), joined_on)


@_bug("months", "regulars.flows.redeem_reward:lock_active")
def the_frozen_redeem(old):
    def lock_active(conn, plan, member_id):
        standing = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
        return standing or old(conn, plan, member_id)

    return lock_active


@_bug("months", f"{LEDGER}:announced")
def what_was_never_announced_expires(old):
    class Everything(dict):
        def __contains__(self, lot):
            return True

        def get(self, lot, other=None):
            return date.min

    return lambda conn, member_ids, *, today: {whose: Everything() for whose in ledger.lots_of(conn, member_ids)}


@_bug("months", f"{LEDGER}:unannounced")
def closing_announces_nothing(old):
    return lambda *told, **more: []


@_bug("when it is said", "regulars.flows.activate_points:_earned")
def what_came_back_is_activated(old):
    def earned(conn, plan, purchase):
        return old(conn, plan, replace(purchase, reversed_points=0))

    return earned


@_bug("birthday of the shop", f"{LEDGER}.calendar:ended")
def what_is_carried_waits_no_more(old):
    def ended(lots, wallet, today):
        expired, moves = old(lots, wallet, today)
        return expired, [(lot, ledger.activated(onto), points) for lot, onto, points in moves]

    return ended


def plant(monkeypatch, name: str) -> str:
    """Break what the bug breaks; answers the program it shows in."""
    program, where, how = BUGS[name]
    module, _, path = where.partition(":")
    *owners, attribute = path.split(".")
    owner = import_module(module)
    for step in owners:
        owner = getattr(owner, step)
    monkeypatch.setattr(owner, attribute, how(getattr(owner, attribute)))
    return program
