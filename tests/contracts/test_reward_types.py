"""What every type of reward owes: words, a code of its own, and points that go and come back exactly once."""

import re
from datetime import timedelta
from importlib.resources import files
from uuid import UUID

import pytest
from tests.flows.conftest import Shop, open_shop

from regulars import flows
from regulars.kit import ids
from regulars.program import coupons, experiences, rewards
from regulars.records import ledger

_CODE = re.compile(r"([A-Z]{2})-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")
_PRICE = 300
_NOT_TYPES = {"__init__", "tokens"}
every_type = pytest.mark.parametrize(("name", "kind"), rewards.TYPES.items(), ids=list(rewards.TYPES))


_PARAMS = {
    rewards.Grant.STORED_VALUE: {"wallet": "gift", "amount_minor": 5000},
    rewards.Grant.CASHBACK: {"wallet": "cashback", "amount_minor": 300},
    rewards.Grant.COUPON: {"pool": "spring"},
    rewards.Grant.SEAT: {"experience": "tasting"},
    rewards.Grant.ENTRY: {"winners": 1},
}
"""What a reward of each grant says besides."""


def _wallets(shop: Shop) -> None:
    for code, kind in (("gift", ledger.WalletKind.GIFT_CARD), ("cashback", ledger.WalletKind.CASHBACK)):
        wallet = ledger.Wallet(
            program_id=shop.plan.program.program_id, wallet_id=0, code=code, unit={"en": code}, kind=kind,
            expiry=ledger.Expiry(),
        )  # fmt: skip
        ledger.save_wallet(shop.conn, wallet)
    shop.reload()


def _evening(shop: Shop) -> experiences.Experience:
    return experiences.Experience(
        program_id=shop.plan.program.program_id, experience_id=ids.key_of("contract", "evening"), code="tasting",
        name={"en": "Tasting"}, description={}, starts_at=shop.at + timedelta(days=9),
        ends_at=shop.at + timedelta(days=9, hours=3), capacity=2, state=experiences.State.OPEN,
    )  # fmt: skip


def _reward(shop: Shop, type_name: str) -> rewards.Reward:
    grant = rewards.TYPES[type_name].GRANT
    if grant in (rewards.Grant.STORED_VALUE, rewards.Grant.CASHBACK):
        _wallets(shop)
    if grant is rewards.Grant.SEAT:
        experiences.save(shop.conn, _evening(shop), by="test", at=shop.at)
    if grant is rewards.Grant.COUPON:
        terms = coupons.Terms(name={"en": "Spring"}, benefit=coupons.Benefit(kind="free_shipping"))
        pool = coupons.new(shop.plan.program.program_id, "spring", terms, state=coupons.PoolState.LIVE)
        coupons.save(shop.conn, pool, by="test", at=shop.at)
    reward = rewards.Reward(
        program_id=shop.plan.program.program_id,
        reward_id=ids.key_of("contract", type_name),
        code=f"contract-{type_name}".replace("_", "-"),
        name={"en": "A reward", "zh": "奖品"},
        description={},
        category="",
        type=type_name,
        price_points=_PRICE,
        cost_minor=250,
        units_left=3,
        params=_PARAMS.get(grant, {}),
        ends_at=shop.at + timedelta(days=30),
    )
    flows.save_reward(shop.conn, shop.plan, reward, by="test", at=shop.at)
    if grant is rewards.Grant.PARTNER_CODE:
        assert rewards.add_codes(shop.conn, reward, ["P-1", "P-2", "P-3"]) == 3
    return reward


def _member(shop: Shop) -> UUID:
    """Bought in two months, so that a redemption takes from two lots."""
    member = shop.join("mei")
    shop.buy(member, "SO-1", 20_000)
    shop.later(31)
    shop.buy(member, "SO-2", 20_000)
    return member


def _redeem(shop: Shop, member: UUID, reward: rewards.Reward) -> flows.Redeemed:
    return flows.redeem_reward(shop.conn, shop.plan, member, reward.reward_id, external_id="X-1", at=shop.at)


def _units_left(shop: Shop, reward: rewards.Reward) -> int | None:
    return rewards.get(shop.conn, reward.program_id, reward.reward_id).units_left


def test_every_file_in_the_folder_is_in_the_dict_and_nothing_else():
    folder = files("regulars.program.rewards").joinpath("types")
    written = {path.name.removesuffix(".py") for path in folder.iterdir() if path.name.endswith(".py")}
    assert written - _NOT_TYPES == set(rewards.TYPES)


@every_type
def test_a_type_has_a_name_in_both_languages_and_says_whether_it_is_instant(name, kind):
    assert set(kind.NAME) == {"en", "zh"}
    assert all(text.strip() for text in kind.NAME.values())
    assert kind.IS_INSTANT in (True, False)
    assert set(kind.PARAMS) == set(_PARAMS.get(kind.GRANT, {}))


@every_type
def test_a_code_belongs_to_one_redemption_and_can_be_read_out_loud(name, kind):
    redemptions = [ids.key_of("contract", number) for number in range(500)]
    codes = [kind.code(redemption) for redemption in redemptions]
    assert codes == [kind.code(redemption) for redemption in redemptions]
    assert len(set(codes)) == 500
    assert [code for code in codes if not _CODE.fullmatch(code)] == []


def test_a_till_can_tell_the_type_from_the_code():
    prefixes = [kind.code(ids.key_of("contract", "prefix"))[:2] for kind in rewards.TYPES.values()]
    assert len(set(prefixes)) == len(rewards.TYPES)


@every_type
def test_granting_twice_is_granting_once(conn, name, kind):
    shop = open_shop(conn)
    member, reward = _member(shop), _reward(shop, name)
    first, again = _redeem(shop, member, reward), _redeem(shop, member, reward)
    assert (first.outcome, again.outcome) == ("created", "replayed")
    assert again.answer == first.answer
    if kind.GRANT is rewards.Grant.COUPON:
        wallet = coupons.wallet(shop.conn, shop.plan.program.program_id, [member])
        assert [coupon.shown for coupon in wallet] == [first.redemption.code]
    elif kind.GRANT is rewards.Grant.SEAT:
        booking = experiences.booking(shop.conn, member, _evening(shop).experience_id)
        assert experiences.ticket_text(booking) == first.redemption.code
    else:
        is_listed = kind.GRANT is rewards.Grant.PARTNER_CODE
        assert first.redemption.code == ("P-1" if is_listed else kind.code(first.redemption.redemption_id))
    assert first.redemption.state is (rewards.State.FULFILLED if kind.IS_INSTANT else rewards.State.ISSUED)
    assert shop.balance(member).available == 400 - _PRICE
    assert _units_left(shop, reward) == 2
    assert shop.is_sound()


@every_type
def test_undoing_restores_lots_and_stock_and_undoing_twice_is_once(conn, name, kind):
    shop = open_shop(conn)
    member, reward = _member(shop), _reward(shop, name)
    before = shop.balance(member)
    redemption = _redeem(shop, member, reward).redemption
    for _ in range(2):
        told = flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at, force=True)
        assert (told["state"], told["points_restored"]) == ("undone", _PRICE)
        assert shop.balance(member) == before
        assert _units_left(shop, reward) == (2 if kind.GRANT is rewards.Grant.PARTNER_CODE else 3)
        assert [shop.balance_in(wallet, member).available for wallet in shop.plan.wallets.values()][1:] == (
            [0, 0] if len(shop.plan.wallets) > 1 else []
        )
    assert shop.is_sound()


@every_type
def test_what_is_handed_out_needs_a_person_to_undo_it(conn, name, kind):
    shop = open_shop(conn)
    member, reward = _member(shop), _reward(shop, name)
    redemption = _redeem(shop, member, reward).redemption
    was_waiting = flows.fulfill_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    assert was_waiting is not kind.IS_INSTANT
    with pytest.raises(rewards.AlreadyFulfilled):
        flows.undo_redemption(shop.conn, shop.plan, member, redemption.redemption_id, at=shop.at)
    assert shop.balance(member).available == 400 - _PRICE
    assert _units_left(shop, reward) == 2
