"""The oracle: a small world of dictionaries that says what each verb must answer and what everybody has then.

Written from the documents (docs/adr/0002, 0003, 0006, 0010 and the rooms' READMEs). It imports nothing of ours.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from . import purchases
from .points import DAY, PLAIN, UNTIL_SAID, Account, Award, Slot, end_of, last_of_month, month_later
from .purchases import Basket, GivenBack, Kept, Order, Refused, Undone
from .terms import Terms

ZONE = timezone(timedelta(hours=8))
OPEN_MAX = 5
Answer = tuple


@dataclass
class Hold:
    who: str
    purse: str
    points: int
    until: datetime
    slots: list[tuple[Slot, int]]
    state: str = "open"
    captured: int = 0


@dataclass
class Redemption:
    prize: int
    quantity: int
    points: int
    at: datetime
    state: str
    taken: list[tuple[Slot, int]]


@dataclass
class Member:
    accounts: dict[str, Account]
    born: date | None = None
    is_frozen: bool = False
    tallies: dict[date, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    rank: int = 0
    review_on: date | None = None


class World:
    """One program, as it should be."""

    def __init__(self, terms: Terms, now: datetime) -> None:
        self.terms, self.now = terms, now
        self.members: dict[str, Member] = {}
        self.orders: dict[str, Order] = {}
        self.returns: dict[tuple[str, str], tuple[GivenBack, Answer]] = {}
        self.waiting: list[GivenBack | str] = []
        self.completed: dict[str, dict[str, int]] = {}
        self.parked: list[Basket] = []
        self.holds: dict[tuple[str, str], Hold] = {}
        self.open: list[Hold] = []
        self.orders_of: dict[str, list[Order]] = defaultdict(list)
        self.redemptions: dict[tuple[str, str], Redemption] = {}
        self.stock = [prize.units for prize in terms.prizes]
        self.adjusted: dict[tuple[str, str], int] = {}
        self.brought: dict[tuple[str, str], tuple[str, int]] = {}
        self.first = terms.purses[0].code
        status = [p.code for p in terms.purses if p.kind == "status" and p.rate]
        self.counting = status[0] if status else self.first

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def day(self, at: datetime) -> date:
        return at.astimezone(ZONE).date()

    def do(self, verb: str, **told: Any) -> Any:
        """The expected answer to a verb; a refusal is an answer too."""
        try:
            return getattr(self, verb)(**told)
        except Refused as refused:
            return ("refused", refused.code)

    def balance(self, who: str, code: str = "") -> dict:
        return self.members[who].accounts[code or self.first].balance(self.today)

    def _account(self, who: str, code: str) -> Account:
        return self.members[who].accounts[code]

    def _active(self, who: str) -> Member:
        if who not in self.members:
            raise Refused("not-found")
        if self.members[who].is_frozen:
            raise Refused("member-frozen")
        return self.members[who]

    def _purse(self, code: str) -> str:
        if code and code not in [purse.code for purse in self.terms.purses]:
            raise Refused("unknown-wallet")
        return code or self.first

    # members and the clock

    def wait(self, seconds: int) -> Answer:
        self.now += timedelta(seconds=seconds)
        return ("waited",)

    def enroll(self, who: str, born: date | None = None) -> Answer:
        is_new = self._join(who, born)
        if is_new:
            self._record_parked([who])
        return ("enrolled", is_new)

    def _join(self, who: str, born: date | None = None) -> bool:
        if who in self.members:
            return False
        self.members[who] = Member({purse.code: Account(purse) for purse in self.terms.purses}, born)
        return True

    def _record_parked(self, who: Sequence[str]) -> None:
        due = [basket for basket in self.parked if basket.who in who]
        if due:
            self.parked = [basket for basket in self.parked if basket not in due]
            answers = self.buy(due)
            self.parked += [basket for basket, answer in zip(due, answers, strict=True) if answer[0] == "refused"]

    def freeze(self, who: str, is_frozen: bool) -> Answer:
        self.members[who].is_frozen = is_frozen
        return ("frozen", is_frozen)

    def close_day(self) -> Answer:
        for member in self.members.values():
            for account in member.accounts.values():
                account.close(self.today)
            if member.review_on is not None and member.review_on < self.today:
                member.rank = self._rank(self._reached(member, self.today))
                member.review_on = self._review_on(self.today)
        return ("closed",)

    # ranks

    def _reached(self, member: Member, on: date) -> int:
        start = month_later(on, -self.terms.window_months) + DAY
        part = ("spend", "points", "orders").index(self.terms.metric)
        return sum(tally[part] for day, tally in member.tallies.items() if day >= start)

    def _rank(self, reached: int) -> int:
        return max(n for n, rank in enumerate(self.terms.ranks) if rank.threshold <= max(0, reached))

    def _review_on(self, on: date) -> date:
        return last_of_month(month_later(on, self.terms.keep_months))

    def _count(self, member: Member, on: date, spend: int, points: int, orders: int) -> None:
        tally = member.tallies[on]
        tally[0] += spend
        tally[1] += points
        tally[2] += orders

    # orders

    def quote(self, basket: Basket) -> Answer:
        purchases.check(basket, max(self.now, basket.at))
        if basket.who not in self.members:
            raise Refused("not-found")
        worth = self._worth(basket, basket.paid)
        return ("quoted", worth.points)

    def _worth(self, basket: Basket, paid: int) -> purchases.Worth:
        member = self.members[basket.who]
        percent = self.terms.ranks[member.rank].percent
        return purchases.worth(self.terms, basket, paid, member.born, self.day(basket.at), percent)

    def buy(self, baskets: Sequence[Basket]) -> list[Answer]:
        """A batch of orders: judged in time order by member, posted in the order they came."""
        answers: list[Answer | int | None] = [None] * len(baskets)
        joined = self._who(baskets, answers)
        fresh: dict[str, int] = {}
        captured: dict[int, list[Hold]] = {}
        for n, basket in enumerate(baskets):
            if answers[n] is None:
                answers[n] = self._claim(n, basket, fresh, baskets)
            if answers[n] is None:
                try:
                    captured[n] = self._capture(basket)
                    fresh[basket.number] = n
                except Refused as refused:
                    answers[n] = ("refused", refused.code)
        decided = self._judge({n: baskets[n] for n in captured}, captured)
        self._post_all({n: baskets[n] for n in captured}, captured, decided)
        for n in captured:
            answers[n] = ("created", self.orders[baskets[n].number].points, self.balance(baskets[n].who))
        self._carry_out([baskets[n].number for n in captured])
        self._record_parked(joined)
        return [self._again(answers[a]) if isinstance(a, int) else a for a in answers]

    def _again(self, first: Answer) -> Answer:
        return ("replayed", first[1])

    def _who(self, baskets: Sequence[Basket], answers: list) -> list[str]:
        """Who joins by one order of a batch is known to all of them."""
        joined = []
        for n, basket in enumerate(baskets):
            try:
                purchases.check(basket, self.now)
            except Refused as refused:
                answers[n] = ("refused", refused.code)
                continue
            if basket.by_name and basket.unknown == "enroll" and self._join(basket.who):
                joined.append(basket.who)
        for n, basket in enumerate(baskets):
            if answers[n] is not None:
                continue
            try:
                if basket.who not in self.members:
                    if not basket.by_name or basket.unknown == "refuse":
                        raise Refused("unknown-member")
                    answers[n] = self._park(basket)
                    continue
                if self.members[basket.who].is_frozen:
                    raise Refused("member-frozen")
            except Refused as refused:
                answers[n] = ("refused", refused.code)
        return joined

    def _park(self, basket: Basket) -> Answer:
        for other in self.parked:
            if other.number == basket.number:
                if other.content != basket.content:
                    raise Refused("event-conflict")
                return ("parked", 0)
        self.parked.append(basket)
        return ("parked", 0)

    def _claim(self, n: int, basket: Basket, fresh: dict[str, int], baskets: Sequence[Basket]) -> Answer | int | None:
        if basket.number in fresh:
            first = baskets[fresh[basket.number]]
            is_same = first.content == basket.content and first.who == basket.who
            return fresh[basket.number] if is_same else ("refused", "event-conflict")
        if basket.number in self.orders:
            before = self.orders[basket.number]
            if before.basket.content == basket.content and before.who == basket.who:
                return ("replayed", before.points)
            return ("refused", "event-conflict")
        return None

    def _capture(self, basket: Basket) -> list[Hold]:
        wanted = []
        for name in dict.fromkeys(basket.holds):
            hold = self.holds.get((basket.who, name))
            if hold is None:
                raise Refused("not-found")
            self._check_open(hold)
            wanted.append(hold)
        for hold in wanted:
            hold.state, hold.captured = "captured", hold.points
            self.members[basket.who].accounts[hold.purse].held -= hold.points
        return wanted

    def _check_open(self, hold: Hold) -> None:
        if hold.state == "captured":
            raise Refused("hold-already-captured")
        if hold.state != "open" or hold.until <= self.now:
            raise Refused("hold-expired")

    def _judge(self, baskets: dict[int, Basket], captured: dict[int, list[Hold]]) -> dict[int, Order]:
        decided = {}
        for n in sorted(baskets, key=lambda n: (baskets[n].at, n)):
            basket = baskets[n]
            member, on = self.members[basket.who], self.day(basket.at)
            value = sum(self._value(hold) for hold in captured[n])
            paid = basket.paid or min(basket.total, value)
            worth = self._worth(basket, paid)
            self._count(member, on, worth.eligible, worth.points.get(self.counting, 0), int(basket.total > 0))
            latest = max(member.tallies)
            due = self._rank(self._reached(member, max(on, latest)))
            if due > member.rank:
                member.rank, member.review_on = due, self._review_on(max(on, latest))
            awards = {}
            for code, points in worth.points.items():
                ends, usable = member.accounts[code].slot(on, self.terms.window_days, self.today)
                awards[code] = Award(points, ends, usable)
            lines = [Kept(*parts) for parts in zip(basket.items, worth.line_eligible, worth.line_points, strict=True)]
            first = worth.points.get(self.first, 0)
            decided[n] = Order(basket, basket.who, on, basket.total, worth.eligible, first, awards, lines)
        return decided

    def _value(self, hold: Hold) -> int:
        """What a hold pays for in minor units. Money is worth itself; money that was paid in is no discount."""
        purse = next(purse for purse in self.terms.purses if purse.code == hold.purse)
        if purse.kind == "gift_card":
            return 0
        return hold.points if purse.kind == "cashback" else hold.points * purse.value_micros // 10_000

    def _post_all(self, baskets: dict[int, Basket], captured: dict[int, list[Hold]], decided: dict[int, Order]) -> None:
        """A batch is posted at once."""
        spends = {(hold.who, hold.purse) for n in captured for hold in captured[n]}
        with ExitStack() as once:
            for who in dict.fromkeys(basket.who for basket in baskets.values()):
                for code, account in self.members[who].accounts.items():
                    once.enter_context(account.posting(self.today, takes=(who, code) in spends))
            for n, basket in baskets.items():
                self._post(basket, captured[n], decided[n])

    def _post(self, basket: Basket, holds: list[Hold], order: Order) -> None:
        self.orders[basket.number] = order
        self.orders_of[basket.who].append(order)
        for hold in holds:
            order.burned.setdefault(hold.purse, []).extend(hold.slots)
            order.paid[hold.purse] = order.paid.get(hold.purse, 0) + hold.points
            self._account(basket.who, hold.purse).visit(order.on)
        for code, award in order.awards.items():
            if award.points:
                account = self._account(basket.who, code)
                account.arrive([((award.ends, award.usable), award.points)], self.today)
                if account.purse.ends == "inactivity":
                    account.awards.append(award)
                account.visit(order.on)

    # returns

    def give_back(self, back: GivenBack) -> Answer:
        if back.order not in self.orders:
            for other in self.waiting:
                if isinstance(other, GivenBack) and (other.order, other.number) == (back.order, back.number):
                    if other != back:
                        raise Refused("event-conflict")
                    return ("parked",)
            self.waiting.append(back)
            return ("parked",)
        key = (back.order, back.number)
        if key in self.returns:
            first, answer = self.returns[key]
            if first != back:
                raise Refused("event-conflict")
            return ("replayed", *answer[1:])
        order = self.orders[back.order]
        answer = self._undo(order, purchases.undo(order, back))
        self.returns[key] = (back, answer)
        return answer

    def _carry_out(self, numbers: Sequence[str]) -> None:
        for one in [one for one in self.waiting if (one if isinstance(one, str) else one.order) in numbers]:
            try:
                if isinstance(one, str):
                    self.complete(one)
                else:
                    self.give_back(one)
                self.waiting.remove(one)
            except Refused:
                continue

    def complete(self, number: str) -> Answer:
        """An order is completed: what it earned and still has becomes usable where that is waited for."""
        if number not in self.orders:
            if number not in self.waiting:
                self.waiting.append(number)
            return ("parked",)
        if number in self.completed:
            return ("replayed", self.completed[number])
        order, moved = self.orders[number], {}
        for code, award in order.awards.items():
            if award.usable != UNTIL_SAID:
                continue
            account = self._account(order.who, code)
            slot, left = account.left(award, award.points - award.taken, self.today)
            award.usable = PLAIN
            points = min(left, account.lots.get(slot, 0))
            if points > 0:
                with account.posting(self.today, takes=True):
                    account.activate([(slot, points)], self.today)
                moved[code] = points
        self.completed[number] = moved
        return ("completed", moved)

    def _undo(self, order: Order, undone: Undone) -> Answer:
        member = self.members[order.who]
        for line, pieces, amount in undone.lines:
            line.returned_quantity += pieces
            line.returned += amount
        order.returned += undone.amount
        restored, first = {}, None
        for purse in self.terms.purses:
            account, points = self._account(order.who, purse.code), undone.points.get(purse.code, 0)
            with account.posting(self.today, takes=points > 0):
                restored[purse.code] = self._restore(order, account)
                if points:
                    award = order.awards[purse.code]
                    award.taken += points
                    clawed = account.claw_back(award, points, self.today)
                    first = clawed if purse.code == self.first else first
        counts = undone.is_whole and order.counted and order.total > 0
        order.counted = order.counted and not undone.is_whole
        self._count(member, order.on, -undone.eligible, -undone.points.get(self.counting, 0), -int(counts))
        reversed_points = undone.points.get(self.first, 0)
        told = (first.owed, first.forgiven, first.expired) if first else (0, 0, 0)
        return ("created", undone.amount, reversed_points, restored[self.first], *told, self.balance(order.who))

    def _restore(self, order: Order, account: Account) -> int:
        """Each wallet gets back its own share, in the ratio of the money that is back in all, rounded down.

        To the lots it came from, the latest end first; what was given back is not there a second time.
        """
        code = account.purse.code
        if code not in order.paid or not order.total:
            return 0
        points = order.paid[code] * order.returned // order.total - order.restored.get(code, 0)
        order.restored[code] = order.restored.get(code, 0) + points
        burned, back, given = order.burned[code], [], 0
        burned.sort(reverse=True)
        for n, (slot, taken) in enumerate(burned):
            part = min(points - given, taken)
            if part:
                burned[n] = (slot, taken - part)
                back.append((account.back(slot, self.today), part))
                given += part
        account.arrive(back, self.today)
        return points

    def bring(self, who: str, number: str, goods: Sequence[tuple[str, str, int]], at: datetime) -> Answer:
        """Goods without word of their order: from the latest orders placed before, each line whole or not at all."""
        answers: dict[str, str] = {}
        free = {
            (order.basket.number, line.item.line_id): line.item.quantity - line.returned_quantity
            for order in self.orders_of[who]
            for line in order.lines
        }
        latest = sorted((o for o in self.orders_of[who] if o.basket.at <= at), key=lambda o: o.basket.at, reverse=True)
        parts: dict[str, list[tuple[str, str, int]]] = {}
        for line_id, sku, count in goods:
            if (number, line_id) in self.brought:
                is_same = self.brought[number, line_id] == (sku, count)
                answers[line_id] = "replayed" if is_same else "event-conflict"
                continue
            found, missing = [], count
            for order in latest:
                for line in order.lines:
                    key = (order.basket.number, line.item.line_id)
                    part = min(missing, free[key]) if line.item.sku == sku else 0
                    if part:
                        found.append((key, part))
                        missing -= part
            if missing:
                answers[line_id] = "return-unmatched"
                continue
            for key, part in found:
                free[key] -= part
                parts.setdefault(key[0], []).append((line_id, key[1], part))
        answers |= self._bring(number, parts, at, {line_id: (sku, count) for line_id, sku, count in goods})
        return ("brought", [answers[line_id] for line_id, _, _ in goods])

    def _bring(
        self, number: str, parts: dict[str, list[tuple[str, str, int]]], at: datetime, goods: dict
    ) -> dict[str, str]:
        lines = dict.fromkeys(line_id for of in parts.values() for line_id, _, _ in of)
        planned = []
        try:
            for order, of in parts.items():
                pieces: dict[str, int] = defaultdict(int)
                for _, line_id, count in of:
                    pieces[line_id] += count
                name = f"{number}/{of[0][0]}" if (order, number) in self.returns else number
                back = GivenBack(name, order, at, tuple((line_id, count, None) for line_id, count in pieces.items()))
                purchases.undo(self.orders[order], back)
                planned.append(back)
        except Refused as refused:
            return dict.fromkeys(lines, refused.code)
        for back in planned:
            self.give_back(back)
        for line_id in lines:
            self.brought[number, line_id] = goods[line_id]
        return dict.fromkeys(lines, "created")

    # holds

    def hold(self, who: str, name: str, points: int, minutes: int = 20, purse: str = "") -> Answer:
        if points < 1 or not 1 <= minutes <= 1440:
            raise Refused("quantity-out-of-range")
        code = self._purse(purse)
        self._active(who)
        if (who, name) in self.holds:
            if (self.holds[who, name].points, self.holds[who, name].purse) != (points, code):
                raise Refused("event-conflict")
            return ("replayed", self.balance(who, self.holds[who, name].purse))
        self.open = [hold for hold in self.open if hold.state == "open"]
        mine = [hold for hold in self.open if hold.who == who]
        lapsed = [hold for hold in mine if hold.until <= self.now]
        if len(mine) - len(lapsed) >= OPEN_MAX:
            raise Refused("too-many-holds")
        account = self._account(who, code)
        before, told = dict(account.lots), dict(account.told)
        try:
            for hold in lapsed:
                if hold.purse == code:
                    self._release(hold)
            slots = self._set_aside(account, points)
        except Refused:
            account.lots, account.told = before, told
            raise
        for hold in lapsed:
            if hold.purse != code:
                self._release(hold)
            self._account(who, hold.purse).held -= hold.points
            hold.state = "ended"
        account.held += points
        self.holds[who, name] = Hold(who, code, points, self.now + timedelta(minutes=minutes), slots)
        self.open.append(self.holds[who, name])
        return ("created", self.balance(who, code))

    def _set_aside(self, account: Account, points: int) -> list[tuple[Slot, int]]:
        if account.purse.kind == "status":
            raise Refused("wallet-not-spendable")
        with account.posting(self.today, takes=True):
            slots = account.spend(points, self.today)
            if slots is None:
                raise Refused("insufficient-points")
        return slots

    def capture(self, who: str, name: str, points: int | None = None) -> Answer:
        hold = self.holds.get((who, name))
        if hold is None:
            raise Refused("not-found")
        wanted = hold.points if points is None else points
        if hold.state == "captured" and hold.captured == wanted:
            return ("replayed", self.balance(who, hold.purse))
        self._check_open(hold)
        if not 1 <= wanted <= hold.points:
            raise Refused("capture-exceeds-hold")
        account = self._account(who, hold.purse)
        with account.posting(self.today, takes=True):
            account.visit(self.today)
        account.held -= hold.points
        hold.state, hold.captured = "captured", wanted
        left = wanted
        with account.posting(self.today, takes=False):
            for slot, points_held in hold.slots:
                part = min(left, points_held)
                left -= part
                if points_held > part:
                    account.add(slot, points_held - part)
        return ("created", self.balance(who, hold.purse))

    def release(self, who: str, name: str) -> Answer:
        hold = self.holds.get((who, name))
        if hold is None:
            raise Refused("not-found")
        if hold.state == "captured":
            raise Refused("hold-already-captured")
        outcome = "created" if hold.state == "open" else "replayed"
        if hold.state == "open":
            self._give_back(hold, "released")
        return (outcome, self.balance(who, hold.purse))

    def _give_back(self, hold: Hold, state: str) -> None:
        self._release(hold)
        self._account(hold.who, hold.purse).held -= hold.points
        hold.state = state

    def _release(self, hold: Hold) -> None:
        account = self._account(hold.who, hold.purse)
        with account.posting(self.today, takes=False):
            for slot, part in hold.slots:
                account.add(slot, part)

    def release_due(self) -> Answer:
        due = [hold for hold in self.open if hold.state == "open" and hold.until <= self.now]
        for hold in due:
            self._give_back(hold, "ended")
        return ("released", len(due))

    # rewards

    def redeem(self, who: str, number: str, prize: int, quantity: int = 1, seen_price: int | None = None) -> Answer:
        if not 1 <= quantity <= 100:
            raise Refused("quantity-out-of-range")
        member = self._active(who)
        before = self.redemptions.get((who, number))
        if before is not None:
            if (before.prize, before.quantity) != (prize, quantity):
                raise Refused("event-conflict")
            return ("replayed", before.points)
        offer = self.terms.prizes[prize]
        if member.rank < offer.rank_min:
            raise Refused("reward-not-available")
        if offer.limit is not None and self._had(who, prize) + quantity > offer.limit:
            raise Refused("redemption-limit-reached")
        if seen_price is not None and offer.price > seen_price:
            raise Refused("price-changed")
        account, left = self._account(who, self.first), self.stock[prize]
        with account.posting(self.today, takes=True):
            taken = account.spend(offer.price * quantity, self.today)
            if taken is None:
                raise Refused("insufficient-points")
            if left is not None and left < quantity:
                raise Refused("reward-sold-out")
            account.visit(self.today)
        if left is not None:
            self.stock[prize] = left - quantity
        state = "fulfilled" if offer.is_instant else "issued"
        self.redemptions[who, number] = Redemption(prize, quantity, offer.price * quantity, self.now, state, taken)
        return ("created", offer.price * quantity, self.balance(who))

    def _had(self, who: str, prize: int) -> int:
        days = self.terms.prizes[prize].limit_days
        since = self.now - timedelta(days=days or 36_500)
        return sum(
            one.quantity
            for (owner, _), one in self.redemptions.items()
            if owner == who and one.prize == prize and one.state != "undone" and one.at > since
        )

    def fulfill(self, who: str, number: str) -> Answer:
        one = self.redemptions.get((who, number))
        if one is None:
            raise Refused("not-found")
        if one.state == "undone":
            raise Refused("already-decided")
        is_first = one.state == "issued"
        if is_first:
            one.state = "fulfilled"
        return ("fulfilled", is_first)

    def unredeem(self, who: str, number: str, force: bool = False) -> Answer:
        one = self.redemptions.get((who, number))
        if one is None:
            raise Refused("not-found")
        if one.state == "fulfilled" and not force:
            raise Refused("already-fulfilled")
        if one.state != "undone":
            one.state = "undone"
            account = self._account(who, self.first)
            with account.posting(self.today, takes=False):
                account.arrive([(account.back(slot, self.today), part) for slot, part in sorted(one.taken)], self.today)
            if self.stock[one.prize] is not None:
                self.stock[one.prize] += one.quantity
        return ("undone", one.points, self.balance(who))

    # by hand

    def adjust(self, who: str, reference: str, points: int, purse: str = "") -> Answer:
        if points == 0 or abs(points) > 1_000_000:
            raise Refused("validation-failed")
        code = self._purse(purse)
        self._active(who)
        if (who, reference) in self.adjusted:
            if self.adjusted[who, reference] != points:
                raise Refused("event-conflict")
            return ("adjusted", points, self.balance(who, code))
        account = self._account(who, code)
        with account.posting(self.today, takes=points < 0):
            if points > 0:
                account.arrive([((end_of(account.purse, self.today), PLAIN), points)], self.today)
            elif account.spend(-points, self.today) is None:
                raise Refused("insufficient-points")
        self.adjusted[who, reference] = points
        return ("adjusted", points, self.balance(who, code))
