"""The watched shop: the same verbs through the real flows, on a real PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from regulars import flows
from regulars.kit import db, ids
from regulars.kit.errors import Refusal
from regulars.program import earning, rewards, tiers
from regulars.records import activities, ledger, members, programs

from .purchases import Basket, GivenBack
from .terms import Purse, Terms

NOBODY = UUID(int=1)


def found(conn: db.Conn, terms: Terms, at: datetime, code: str) -> flows.Plan:
    """A program with these terms."""
    first = terms.purses[0]
    program = programs.add(
        conn,
        code=code,
        name={"en": terms.name, "zh": terms.name},
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        return_window_days=terms.window_days,
        at=at,
    )
    program_id = program.program_id
    by_code = {purse.code: ledger.save_wallet(conn, _wallet(program_id, purse)) for purse in terms.purses}
    for purse in terms.purses:
        if purse.rate is not None:
            rate = purse.rate
            params = {
                "points": rate.points,
                "per_minor": rate.per_minor,
                "rounding": rate.rounding,
                "whole_steps": rate.whole_steps,
            }
            _rule(conn, program_id, "earn_rate", params, at, None if purse is first else by_code[purse.code])
    _rule(conn, program_id, "tier_factor", {}, at)
    if terms.birthday:
        when, percent = terms.birthday
        _rule(conn, program_id, "birthday_factor", {"factor": percent / 100, "when": when}, at)
    tiers.save(conn, _ladder(program_id, terms))
    for number, prize in enumerate(terms.prizes):
        reward = rewards.Reward(
            program_id=program_id,
            reward_id=reward_id(program_id, number),
            code=prize.name,
            name={"en": prize.name, "zh": prize.name},
            description={},
            category="service",
            type="discount" if prize.is_instant else "service",
            price_points=prize.price,
            cost_minor=1,
            rank_min=prize.rank_min,
            member_limit=prize.limit,
            limit_days=prize.limit_days,
            units_left=prize.units,
        )
        rewards.save(conn, reward, at=at)
    return flows.load(conn, program_id)


def reward_id(program_id: int, number: int) -> UUID:
    return ids.key_of(program_id, "prize", number)


def _rule(
    conn: db.Conn, program_id: int, effect: str, params: dict, at: datetime, wallet_id: int | None = None
) -> None:
    earning.save(
        conn,
        program_id,
        effect=effect,
        params=params,
        label={"en": effect, "zh": effect},
        by="test",
        at=at,
        wallet_id=wallet_id,
    )


def _wallet(program_id: int, purse: Purse) -> ledger.Wallet:
    return ledger.Wallet(
        program_id=program_id,
        wallet_id=0,
        code=purse.code,
        unit={"en": purse.code, "zh": purse.code},
        kind=ledger.WalletKind(purse.kind),
        expiry=ledger.Expiry(
            kind=purse.ends,
            count=purse.count,
            grace_days=purse.grace_days,
            month_day=purse.month_day,
            carry_percent=purse.carry_percent,
            carry_max=purse.carry_max,
            notice_days=purse.notice_days,
        ),
        pending_days=purse.waits_days,
        waits_for_event=purse.waits_for_event,
        debt_policy=purse.debt,
        debt_max_points=purse.debt_max,
        point_value_micros=purse.value_micros,
    )


def _ladder(program_id: int, terms: Terms) -> tiers.Ladder:
    ranks = tuple(
        tiers.Tier(
            tier_id=number + 1,
            rank=number,
            name={"en": str(number), "zh": str(number)},
            threshold=rank.threshold,
            color="gray",
            points_factor=rank.percent / 100,
        )
        for number, rank in enumerate(terms.ranks)
    )
    return tiers.Ladder(
        program_id=program_id,
        metric=tiers.Metric(terms.metric),
        window_months=terms.window_months,
        keep_months=terms.keep_months,
        tiers=ranks,
    )


class Shop:
    """One program; every verb answers as the oracle's verb of the same name."""

    def __init__(self, conn: db.Conn, terms: Terms, now: datetime, code: str) -> None:
        self.conn, self.terms, self.now = conn, terms, now
        self.plan = found(conn, terms, now, code)
        self.ids: dict[str, UUID] = {}
        self.redemptions: dict[tuple[str, str], UUID] = {}

    @property
    def today(self) -> date:
        return self.plan.program.local_date(self.now)

    def do(self, verb: str, **told: Any) -> Any:
        """What our code answers; a refusal leaves nothing behind."""
        if verb == "buy":
            return self.buy(**told)
        try:
            with self.conn.transaction():
                return getattr(self, verb)(**told)
        except Refusal as refused:
            return ("refused", refused.code)

    def balances(self, who: Iterable[str], code: str = "") -> dict[str, dict]:
        """What members have in a wallet."""
        self._learn(*who)
        wallet = self.plan.wallet_of(code)
        found = ledger.balances(self.conn, list(self.ids.values()), wallet=wallet, today=self.today)
        return {who: _balance(found[member_id]) for who, member_id in self.ids.items()}

    def ranks(self) -> dict[str, int]:
        """Everybody's place on the ladder."""
        holdings = tiers.holdings(self.conn, list(self.ids.values()))
        return {who: holdings[m].tier_id - 1 if m in holdings else 0 for who, m in self.ids.items()}

    def stock(self) -> list[int | None]:
        """What is left of each reward."""
        program_id = self.plan.program.program_id
        return [
            rewards.get(self.conn, program_id, reward_id(program_id, n)).units_left
            for n in range(len(self.terms.prizes))
        ]

    def _learn(self, *who: str) -> None:
        """The ids of members who joined by an order."""
        self.ids |= self._found(set(who) - set(self.ids))

    def _found(self, who: set[str]) -> dict[str, UUID]:
        asked = [_name(one) for one in who]
        return {i.value: m for i, m in members.find(self.conn, self.plan.program.program_id, asked).items()}

    def _id(self, who: str) -> UUID:
        if who not in self.ids:
            self._learn(who)
        return self.ids.get(who, NOBODY)

    def _balance_of(self, who: str, code: str = "") -> dict:
        member_id, wallet = self._id(who), self.plan.wallet_of(code)
        return _balance(ledger.balances(self.conn, [member_id], wallet=wallet, today=self.today)[member_id])

    # members and the clock

    def wait(self, seconds: int) -> tuple:
        self.now += timedelta(seconds=seconds)
        return ("waited",)

    def enroll(self, who: str, born: date | None = None) -> tuple:
        joining = members.Enrollment(identifiers=(_name(who),), enrolled_at=self.now, birth_on=born)
        ((member_id, is_new),) = flows.enroll_member(self.conn, self.plan, [joining], at=self.now)
        self.ids[who] = member_id
        return ("enrolled", is_new)

    def freeze(self, who: str, is_frozen: bool) -> tuple:
        status = members.Status.FROZEN if is_frozen else members.Status.ACTIVE
        members.set_status(self.conn, self.plan.program.program_id, self._id(who), status)
        return ("frozen", is_frozen)

    def close_day(self) -> tuple:
        while not flows.close_day(self.conn, self.plan, today=self.today, at=self.now).is_done:
            pass
        return ("closed",)

    # orders and returns

    def quote(self, basket: Basket) -> tuple:
        quoted = flows.quote_order(self.conn, self.plan, _order(basket), self._id(basket.who), at=self.now)
        earned = {self.plan.wallet.code: quoted.decision.award.points}
        for further in quoted.decision.further:
            earned[self.plan.wallets[further.wallet_id].code] = further.award.points
        return ("quoted", earned)

    def buy(self, baskets: Sequence[Basket]) -> list:
        intakes = [
            flows.Intake(
                order=_order(basket),
                member=_name(basket.who) if basket.by_name else self._id(basket.who),
                hold_ids=basket.holds,
                on_unknown=basket.unknown,
            )
            for basket in baskets
        ]
        with self.conn.transaction():
            answers = flows.record_activities(self.conn, self.plan, intakes, at=self.now)
        return [_answer(answer) for answer in answers]

    def give_back(self, back: GivenBack) -> tuple:
        lines = tuple(
            activities.ReturnedLine(line_id=line_id, quantity=quantity, amount_minor=amount)
            for line_id, quantity, amount in back.items
        )
        returned = activities.Return(
            source="shop",
            external_id=back.number,
            order_external_id=back.order,
            occurred_at=back.at,
            lines=lines,
            amount_minor=back.amount,
            currency=back.currency,
        )
        refunded = flows.refund_order(self.conn, self.plan, returned, at=self.now)
        if refunded.outcome == "parked":
            return ("parked",)
        told = refunded.answer
        names = (
            "amount_minor",
            "points_reversed",
            "points_restored",
            "points_owed",
            "points_forgiven",
            "points_expired",
        )
        return (refunded.outcome, *(told[name] for name in names), _told(told["balance"]))

    def complete(self, number: str) -> tuple:
        done = flows.activate_points(self.conn, self.plan, number, source="shop", at=self.now)
        if done.outcome == "parked":
            return ("parked",)
        moved = {one["wallet"]: one["points"] for one in done.answer["wallets"]}
        return ("completed" if done.outcome == "created" else "replayed", moved)

    def bring(self, who: str, number: str, goods: Sequence[tuple[str, str, int]], at: datetime) -> tuple:
        pieces = [flows.Goods(line_id=line_id, sku=sku, quantity=count) for line_id, sku, count in goods]
        answers = flows.return_goods(
            self.conn, self.plan, self._id(who), pieces, source="shop", external_id=number, occurred_at=at, at=self.now
        )
        return ("brought", [one if isinstance(one, str) else one.code for one in answers])

    # holds

    def hold(self, who: str, name: str, points: int, minutes: int = 20, purse: str = "") -> tuple:
        held = flows.hold_points(
            self.conn,
            self.plan,
            self._id(who),
            points,
            external_id=name,
            at=self.now,
            minutes=minutes,
            wallet_code=purse,
        )
        return (held.outcome, _told(held.answer["balance"]))

    def capture(self, who: str, name: str, points: int | None = None) -> tuple:
        held = flows.capture_hold(self.conn, self.plan, self._id(who), name, at=self.now, points=points)
        return (held.outcome, _told(held.answer["balance"]))

    def release(self, who: str, name: str) -> tuple:
        held = flows.release_hold(self.conn, self.plan, self._id(who), name, at=self.now)
        return (held.outcome, _told(held.answer["balance"]))

    def release_due(self) -> tuple:
        return ("released", flows.release_due_holds(self.conn, self.plan, at=self.now, limit=100_000))

    # rewards

    def redeem(self, who: str, number: str, prize: int, quantity: int = 1, seen_price: int | None = None) -> tuple:
        redeemed = flows.redeem_reward(
            self.conn,
            self.plan,
            self._id(who),
            reward_id(self.plan.program.program_id, prize),
            external_id=number,
            at=self.now,
            quantity=quantity,
            max_points=seen_price,
        )
        if redeemed.outcome == "replayed":
            return ("replayed", redeemed.redemption.points)
        self.redemptions[who, number] = redeemed.redemption.redemption_id
        return ("created", redeemed.redemption.points, _told(redeemed.answer["balance"]))

    def fulfill(self, who: str, number: str) -> tuple:
        redemption_id = self.redemptions.get((who, number), NOBODY)
        return (
            "fulfilled",
            flows.fulfill_redemption(self.conn, self.plan, self._id(who), redemption_id, at=self.now),
        )

    def unredeem(self, who: str, number: str, force: bool = False) -> tuple:
        redemption_id = self.redemptions.get((who, number), NOBODY)
        told = flows.undo_redemption(self.conn, self.plan, self._id(who), redemption_id, at=self.now, force=force)
        return ("undone", told["points_restored"], _told(told["balance"]))

    # by hand

    def adjust(self, who: str, reference: str, points: int, purse: str = "") -> tuple:
        posting = flows.adjust_points(
            self.conn,
            self.plan,
            self._id(who),
            points,
            shown_reason="counted again",
            actor="test",
            reference=reference,
            at=self.now,
            wallet_code=purse,
        )
        return ("adjusted", posting.points, self._balance_of(who, purse))


def _name(who: str) -> members.Identifier:
    return members.Identifier(members.IdentifierKind.EXTERNAL, who)


def _order(basket: Basket) -> activities.Order:
    return activities.Order(
        source="shop",
        external_id=basket.number,
        currency=basket.currency,
        total_minor=basket.total,
        occurred_at=basket.at,
        points_paid_minor=basket.paid,
        lines=tuple(
            activities.Line(
                line_id=item.line_id,
                amount_minor=item.amount,
                quantity=item.quantity,
                tax_minor=item.tax,
                sku=item.sku,
                kind=activities.LineKind[item.kind],
            )
            for item in basket.items
        ),
    )


def _answer(answer: flows.Recorded | Refusal) -> tuple:
    if isinstance(answer, Refusal):
        return ("refused", answer.code)
    if answer.outcome == "created":
        return ("created", answer.points, _told(answer.answer["balance"]))
    return (answer.outcome, answer.points)


def _balance(found: ledger.Balance) -> dict:
    return {
        "available": found.spendable,
        "pending": found.pending,
        "waiting": found.waiting,
        "held": found.held,
        "debt": found.debt,
        "expiring": list(found.expiring),
        "activating": list(found.activating),
    }


def _told(balance: dict) -> dict:
    """A balance of an answer, as plain as the oracle's."""
    return {
        **balance,
        "expiring": [(date.fromisoformat(one["expires_on"]), one["points"]) for one in balance["expiring"]],
        "activating": [(date.fromisoformat(one["usable_on"]), one["points"]) for one in balance["activating"]],
    }
