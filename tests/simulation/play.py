"""Random play, seeded: the oracle says what must happen, the shop is watched, the first difference ends the game."""

import random
import re
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from regulars import flows
from regulars.kit import db

from .purchases import Basket, GivenBack, Item
from .shop import Shop
from .terms import Terms
from .world import ZONE, World

MEMBERS = 30
LOOK_EVERY = 40
PROVE_EVERY = 600
TOLD_LAST = 14
REMEMBERED = 1500


class Diverged(AssertionError):
    """Our code and the oracle disagree."""


@dataclass
class Game:
    """One program played from one seed."""

    conn: db.Conn
    terms: Terms
    seed: int
    code: str = "game"
    commits: bool = False
    steps: int = 0
    operations: int = 0
    verbs: Counter = field(default_factory=Counter)
    outcomes: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        start = datetime.fromisoformat(f"{self.terms.starts_on}T09:00:00+08:00")
        self.random = random.Random(f"{self.seed} {self.terms.name}")
        self.world = World(self.terms, start)
        self.shop = Shop(self.conn, self.terms, start, self.code)
        self.last: deque[tuple[int, datetime, str, dict]] = deque(maxlen=REMEMBERED)
        self.dice = Dice(self.random, self.world)

    def play(self, operations: int) -> None:
        """Play at least so many operations, with a last look at everything."""
        while self.operations < operations:
            for verb, told in self.dice.throw():
                self.step(verb, told)
            if self.steps % LOOK_EVERY == 0:
                self.look()
                if self.commits:
                    self.conn.commit()
            if self.steps % PROVE_EVERY == 0:
                self.prove()
        self.look()
        self.prove()

    def step(self, verb: str, told: dict[str, Any]) -> None:
        """One verb for both."""
        self.steps += 1
        count = len(told["baskets"]) if verb == "buy" else verb != "wait"
        self.operations += count
        self.verbs[verb] += count
        self.last.append((self.steps, self.world.now.astimezone(ZONE), verb, told))
        expected = self.world.do(verb, **told)
        try:
            found = self.shop.do(verb, **told)
        except (psycopg.Error, AssertionError) as broken:
            raise Diverged(self._say(f"{verb} broke: {broken!r}")) from broken
        self._same(verb, expected, found)
        for answer in expected if verb == "buy" else [expected]:
            self.outcomes[verb, answer[1] if answer[0] == "refused" else answer[0]] += 1
        if verb == "give_back" and expected[0] == "created":
            told = zip(("restored", "owed", "forgiven", "expired"), expected[3:7], strict=True)
            self.outcomes.update((verb, what) for what, points in told if points)

    def look(self) -> None:
        """Compare what everybody has, their ranks and the stock."""
        for purse in self.terms.purses:
            expected = {who: self.world.balance(who, purse.code) for who in self.world.members}
            self._same(f"balances in {purse.code}", expected, self.shop.balances(expected, purse.code))
        self._same("ranks", {who: member.rank for who, member in self.world.members.items()}, self.shop.ranks())
        self._same("stock", self.world.stock, self.shop.stock())

    def prove(self) -> None:
        """The books agree with themselves."""
        verdict = flows.verify_books(self.conn)
        if not verdict.is_sound:
            raise Diverged(self._say(f"the books are wrong: {dict(verdict.wrong)}"))

    def _same(self, what: str, expected: Any, found: Any) -> None:
        if expected != found:
            raise Diverged(self._say(f"{what}\n{_difference(expected, found)}", self._whom(what, expected, found)))

    def _whom(self, what: str, expected: Any, found: Any) -> set[str]:
        """Whose answers differ: the story of one member is shorter than everybody's."""
        if isinstance(expected, dict):
            return {key for key in expected if expected.get(key) != found.get(key)} & set(self.world.members)
        verb, told = self.last[-1][2:]
        if what == "stock":
            return set()
        if verb == "buy":
            return {b.who for b, e, f in zip(told["baskets"], expected, found, strict=True) if e != f}
        return _concerned(self.world, verb, told)

    def _say(self, what: str, whom: Collection[str] = ()) -> str:
        told = [
            f"  {number}: {now:%m-%d %H:%M:%S} {verb} {_of(whom, verb, about)}"
            for number, now, verb, about in self.last
            if not whom or verb == "close_day" or _concerned(self.world, verb, about) & set(whom)
        ]
        last = "\n".join(told[-TOLD_LAST:])
        return (
            f"{what}\nseed {self.seed}, program {self.terms.name!r}, step {self.steps}, {self.operations} operations, "
            f"{self.world.now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}\n"
            f"replay: REGULARS_SEED={self.seed} pytest tests/simulation/test_model.py\n"
            f"the last steps{f' of {sorted(whom)}' if whom else ''}:\n{last}"
        )


def _concerned(world: World, verb: str, told: dict[str, Any]) -> set[str]:
    if verb == "buy":
        return {basket.who for basket in told["baskets"]}
    if verb == "quote":
        return {told["basket"].who}
    if verb in {"give_back", "complete"}:
        order = world.orders.get(told["back"].order if verb == "give_back" else told["number"])
        return {order.who} if order else set()
    return {told["who"]} if "who" in told else set()


def _of(whom: Collection[str], verb: str, told: dict[str, Any]) -> str:
    """What was told, as far as it concerns somebody."""
    if verb == "buy" and whom:
        told = {"baskets": [basket for basket in told["baskets"] if basket.who in whom]}
    return _PLAIN.sub("", str(told))


_PLAIN = re.compile(
    r"datetime\.datetime|, tzinfo=datetime\.timezone\(.*?seconds=28800\)\)"
    r"|, by_name=False, unknown='refuse'|, currency='CNY'"
)


def _difference(expected: Any, found: Any) -> str:
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = [key for key in {**expected, **found} if expected.get(key) != found.get(key)]
        return "\n".join(f"{key}: expected {expected.get(key)}\n{key}:    found {found.get(key)}" for key in keys)
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(n, e, f) for n, (e, f) in enumerate(zip(expected, found, strict=True)) if e != f]
        return "\n".join(f"[{n}] expected {e}\n[{n}]    found {f}" for n, e, f in pairs)
    return f"expected {expected}\n   found {found}"


class Dice:
    """Throws the next verbs; it looks at the oracle's world to throw sensible (and senseless) ones."""

    def __init__(self, dice: random.Random, world: World) -> None:
        self.dice, self.world = dice, world
        self.count = 0
        self.repeatable: deque[Basket] = deque(maxlen=60)
        self.numbers: deque[str] = deque(maxlen=150)
        throws: dict[Callable[[], list[tuple[str, dict]]], int] = {
            self._orders: 30,
            self._return: 16,
            self._hold: 9,
            self._capture: 5,
            self._release: 4,
            self._redeem: 8,
            self._undo: 4,
            self._adjust: 4,
            self._owe: 4,
            self._days: 6,
            self._quote: 3,
            self._bring: 3,
            self._complete: 12 if any(purse.waits_for_event for purse in world.terms.purses) else 1,
            self._member: 2,
        }
        self.throws = list(throws), list(throws.values())

    def throw(self) -> list[tuple[str, dict]]:
        """The next verbs, with a little time before them."""
        if not self.world.members:
            return [("enroll", self._new(f"m{n}")) for n in range(MEMBERS)]
        seconds = self.dice.randint(1, 900)
        if self._is_late_evening(seconds):
            return self._days()
        return [("wait", {"seconds": seconds}), *self.dice.choices(*self.throws)[0]()]

    def _is_late_evening(self, seconds: int) -> bool:
        return (self.world.now + timedelta(seconds=seconds + 600)).astimezone(ZONE).date() != self.world.today

    def _chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _who(self) -> str:
        return "nobody" if self._chance(0.5) else self.dice.choice(list(self.world.members))

    def _new(self, who: str) -> dict:
        born = date(1990, self.dice.randint(1, 12), self.dice.randint(1, 28)) if self._chance(70) else None
        return {"who": who, "born": born}

    # orders

    def _orders(self) -> list[tuple[str, dict]]:
        count = self.dice.choice((1, 1, 2, 5, 8, 12, 20, 30, 50))
        few = self.dice.sample(list(self.world.members), min(len(self.world.members), 8))
        newcomer = self._newcomer()
        baskets = []
        for _ in range(count):
            if self._chance(6) and self.repeatable:
                baskets.append(self._again(baskets))
            else:
                baskets.append(self._basket(self.dice.choice(few) if self._chance(70) else self._who()))
                if newcomer and self._chance(8):
                    baskets[-1] = replace(baskets[-1], who=newcomer[0], by_name=True, unknown=newcomer[1], holds=())
        if self._chance(45):
            who = self._chosen_hold()[0] if self._chance(85) else self._who()
            baskets[self.dice.randrange(count)] = replace(self._basket(who), holds=self._holds_of(who))
            if self._chance(10):
                baskets.append(replace(baskets[-1], holds=()))
        self.repeatable.extend(baskets)
        self.numbers.extend(basket.number for basket in baskets)
        return [("buy", {"baskets": baskets})]

    def _newcomer(self) -> tuple[str, str] | None:
        if not self._chance(25):
            return None
        if not self.world.terms.late_days:
            return self._name("n"), self.dice.choice(("refuse", "enroll"))
        if self.world.parked and self._chance(50):
            return self.dice.choice(self.world.parked).who, self.dice.choice(("hold", "enroll"))
        if self._chance(30):
            return self.dice.choice(list(self.world.members)), "hold"
        if len(self.world.members) > 3 * MEMBERS:
            return f"stranger{self.dice.randint(1, 9)}", self.dice.choice(("refuse", "hold"))
        return self._name("n"), self.dice.choice(("refuse", "hold", "hold", "enroll"))

    def _again(self, baskets: list[Basket]) -> Basket:
        """An order that came before: the same, or other content, or another member's."""
        first = self.dice.choice(baskets[-5:]) if baskets and self._chance(30) else self.dice.choice(self.repeatable)
        if not self.world.terms.late_days and first not in baskets and first.number not in self.world.orders:
            return self._basket(first.who)
        change = self.dice.random()
        if change < 0.2:
            return replace(first, at=first.at - timedelta(seconds=1))
        if change < 0.3 and not first.by_name:
            return replace(first, who=self._who(), holds=())
        return first

    def _basket(self, who: str) -> Basket:
        items = tuple(self._item(n) for n in range(self.dice.choice((1, 1, 1, 2, 2, 3, 5))))
        total = sum(item.amount for item in items)
        if self._chance(4):
            total = max(0, total + self.dice.choice((-1, 1)))
        if self._chance(1):
            items, total = (Item("1", 0, 1),), 0
        basket = Basket(self._name("o"), who, self._when(), items, total)
        if self._chance(6) and total:
            basket = replace(basket, paid=self.dice.randint(0, total))
        return self._spoiled(basket) if self._chance(2) else basket

    def _item(self, number: int) -> Item:
        amount = self.dice.choice((0, 1, 99, 100, 101, 250, 999, 1000, 3333, 5000, 12_345, 20_000))
        if self._chance(60):
            amount = self.dice.randint(1, 15_000)
        tax = amount * self.dice.choice((0, 0, 0, 6, 13)) // 113
        kind = "PRODUCT" if self._chance(90) else self.dice.choice(("DELIVERY", "GIFT_CARD", "FEE"))
        sku = f"s{self.dice.randint(1, 6)}" if self._chance(80) else ""
        return Item(str(number + 1), amount, self.dice.choice((1, 1, 1, 2, 3, 7)), tax, kind, sku)

    def _when(self) -> datetime:
        """Mostly now; often earlier today; sometimes days ago; each instant once."""
        now = self.world.now - timedelta(microseconds=self.dice.randint(1, 999_999))
        if self._chance(60):
            return now
        today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0)
        if self._chance(70) or not self.world.terms.late_days:
            return today + timedelta(seconds=int((now - today).total_seconds() * self.dice.random()))
        return now - timedelta(minutes=self.dice.randint(1, self.world.terms.late_days * 1440))

    def _spoiled(self, basket: Basket) -> Basket:
        return self.dice.choice(
            (
                replace(basket, at=self.world.now + timedelta(minutes=6)),
                replace(basket, currency="USD"),
                replace(basket, currency="XXQ"),
                replace(basket, total=basket.total + 100),
                replace(basket, total=-5),
                replace(basket, paid=basket.total + 1),
                replace(basket, items=basket.items + basket.items),
                replace(basket, items=(replace(basket.items[0], quantity=0), *basket.items[1:])),
            )
        )

    def _quote(self) -> list[tuple[str, dict]]:
        """What was quoted is what the order then gives."""
        basket = self._basket(self._who())
        basket = replace(basket, at=min(basket.at, self.world.now))
        self.numbers.append(basket.number)
        return [("quote", {"basket": basket}), ("buy", {"baskets": [basket]})]

    # returns

    def _return(self) -> list[tuple[str, dict]]:
        if not self.world.orders or not self.numbers:
            return []
        if self._chance(3):
            return [("give_back", {"back": self._early()})]
        if self._chance(6) and self.world.returns:
            back = self.dice.choice(list(self.world.returns.values())[-100:])[0]
            return [("give_back", {"back": replace(back, amount=1) if self._chance(20) else back})]
        number = self.dice.choice(self.numbers)
        paid = [one for one in self.numbers if one in self.world.orders and self.world.orders[one].burned]
        if paid and self._chance(30):
            number = self.dice.choice(paid)
        if number not in self.world.orders:
            return [("give_back", {"back": GivenBack(self._name("r"), number, self.world.now)})]
        order = self.world.orders[number]
        backs = [self._back(number, order) for _ in range(self.dice.choice((1, 1, 1, 1, 2, 3)))]
        return [("give_back", {"back": back}) for back in backs]

    def _early(self) -> GivenBack:
        """A return that is here before its order."""
        number = f"o{self.count + self.dice.randint(5, 40)}"
        amount = self.dice.choice((None, None, 100, 2500))
        return GivenBack(self._name("r") if self._chance(80) else "r", number, self.world.now, amount=amount)

    def _back(self, number: str, order: Any) -> GivenBack:
        back = GivenBack(self._name("r"), number, self.world.now - timedelta(seconds=self.dice.randint(0, 500)))
        left = order.total - order.returned
        way = self.dice.random()
        if way < 0.3:
            back = replace(back, amount=self.dice.randint(0, max(0, left)))
        elif way < 0.65:
            chosen = self.dice.sample(order.lines, self.dice.randint(1, len(order.lines)))
            back = replace(back, items=tuple(self._part(line) for line in chosen))
        elif way < 0.7:
            back = replace(back, amount=left + self.dice.randint(-1, 3))
        elif way < 0.72:
            back = replace(back, items=(("9", 1, None),))
        elif way < 0.73:
            back = replace(back, currency="USD")
        return back

    def _part(self, line: Any) -> tuple[str, int | None, int | None]:
        pieces = self.dice.choice((None, 1, 1, line.item.quantity, self.dice.randint(0, line.item.quantity + 1)))
        amount = None
        if self._chance(30):
            amount = self.dice.randint(-1, line.item.amount + 1)
        return line.item.line_id, pieces, amount

    def _complete(self) -> list[tuple[str, dict]]:
        """Orders that are delivered: mostly recent ones, some twice, some before they are known."""
        early = [f"o{self.count + self.dice.randint(5, 40)}"] if self._chance(10) else []
        known = [self.dice.choice(self.numbers) for _ in range(self.dice.choice((1, 2, 6)))] if self.numbers else []
        return [("complete", {"number": number}) for number in early + known]

    def _bring(self) -> list[tuple[str, dict]]:
        if self._chance(15) and self.world.brought:
            number, line_id = self.dice.choice(list(self.world.brought)[-50:])
            goods = [(line_id, *self.world.brought[number, line_id])]
        else:
            number = self._name("g")
            count = self.dice.randint(1, 3)
            goods = [(str(n), f"s{self.dice.randint(1, 6)}", self.dice.choice((1, 1, 2, 4, 9))) for n in range(count)]
        who = self.dice.choice(list(self.world.members))
        return [("bring", {"who": who, "number": number, "goods": goods, "at": self.world.now})]

    # holds

    def _some(self, who: str, purse: str = "") -> int:
        """Points: mostly some of what there is, sometimes all of it, or one too many."""
        known = who in self.world.members and purse != "nothing"
        have = self.world.balance(who, purse)["available"] if known else 50
        return self.dice.choice((1, have, have, have + 1, *(self.dice.randint(1, max(1, have)) for _ in range(5))))

    def _purse(self) -> str:
        if self._chance(70):
            return ""
        return self.dice.choice([*(purse.code for purse in self.world.terms.purses), *["nothing"] * self._chance(5)])

    def _hold(self) -> list[tuple[str, dict]]:
        who, name, purse = self._who(), self._name("h"), self._purse()
        if self._chance(40) and self.world.open:
            who = self.dice.choice(self.world.open[-5:]).who
        if self._chance(5):
            few = [{"who": who, "name": self._name("h"), "points": 1, "purse": "", "minutes": 60} for _ in range(7)]
            return [("hold", one) for one in few]
        points = self._some(who, purse)
        if self._chance(8) and self.world.holds:
            who, name = self.dice.choice(list(self.world.holds)[-60:])
            points = self.world.holds[who, name].points + self._chance(30)
            purse = purse if self._chance(30) else self.world.holds[who, name].purse
        told = {"who": who, "name": name, "points": points, "purse": purse}
        told["minutes"] = self.dice.choice((0, 1, 20, 20, 60, 600, 1440, 1441))
        return [("hold", told)]

    def _holds_of(self, who: str) -> tuple[str, ...]:
        holds = list(self.world.holds.items())[-80:]
        mine = [name for (owner, name), _ in holds if owner == who]
        still = [name for name in mine if self.world.holds[who, name].state == "open"]
        mine = (still or mine)[-3:] + (["nothing"] if self._chance(3) else [])
        return tuple(self.dice.sample(mine, self.dice.randint(1, len(mine)))) if mine else ()

    def _chosen_hold(self) -> tuple[str, str]:
        still = [key for key in list(self.world.holds)[-80:] if self.world.holds[key].state == "open"]
        timely = [key for key in still if self.world.holds[key].until > self.world.now]
        if still and self._chance(85):
            return self.dice.choice(timely or still)
        return self.dice.choice(list(self.world.holds)[-80:] or [("nobody", "h0")])

    def _capture(self) -> list[tuple[str, dict]]:
        who, name = self._chosen_hold()
        held = self.world.holds[who, name].points if (who, name) in self.world.holds else 5
        points = self.dice.choice(
            (None, None, held, held + 1, 0, self.dice.randint(1, held), self.dice.randint(1, held))
        )
        return [("capture", {"who": who, "name": name, "points": points})]

    def _release(self) -> list[tuple[str, dict]]:
        if self._chance(40):
            return [("release_due", {})]
        who, name = self._chosen_hold()
        return [("release", {"who": who, "name": name})]

    # rewards

    def _redeem(self) -> list[tuple[str, dict]]:
        frozen = [who for who, member in self.world.members.items() if member.is_frozen]
        who = self.dice.choice(frozen) if frozen and self._chance(15) else self._who()
        prize = self.dice.randrange(len(self.world.terms.prizes))
        told = {"who": who, "number": self._name("x"), "prize": prize, "quantity": self.dice.choice((1, 1, 1, 2, 3, 0))}
        if self._chance(10):
            told["seen_price"] = self.world.terms.prizes[prize].price + self.dice.choice((-1, 0, 1))
        if self._chance(8) and self.world.redemptions:
            told["who"], told["number"] = self.dice.choice(list(self.world.redemptions)[-60:])
        return [("redeem", told)]

    def _undo(self) -> list[tuple[str, dict]]:
        known = list(self.world.redemptions)[-60:] or [("nobody", "x0")]
        who, number = self.dice.choice(known)
        if self._chance(25):
            return [("fulfill", {"who": who, "number": number})]
        return [("unredeem", {"who": who, "number": number, "force": self._chance(40)})]

    # by hand, and the days

    def _adjust(self) -> list[tuple[str, dict]]:
        who, reference = self._who(), self._name("a")
        purse = self._purse()
        points = self.dice.choice((0, 1_000_001, 50, 300, -1, self.dice.randint(1, 200), -self._some(who, purse)))
        if self._chance(15) and self.world.adjusted:
            who, reference = self.dice.choice(list(self.world.adjusted)[-60:])
            points, purse = self.world.adjusted[who, reference], ""
            points += self._chance(20)
        return [("adjust", {"who": who, "reference": reference, "points": points, "purse": purse})]

    def _owe(self) -> list[tuple[str, dict]]:
        """Everything is spent, then something of it comes back: what is missing is owed or forgiven."""
        who = self.dice.choice(list(self.world.members))
        purse = self.dice.choice(self.world.terms.purses)
        have = self.world.balance(who, purse.code)["available"]
        if not have or self.world.members[who].is_frozen:
            return []
        told = {"who": who, "reference": self._name("a"), "points": -have, "purse": purse.code}
        orders = self.world.orders_of[who][-4:]
        backs = [self._back(order.basket.number, order) for order in self.dice.sample(orders, min(2, len(orders)))]
        return [("adjust", told), *(("give_back", {"back": back}) for back in backs)]

    def _member(self) -> list[tuple[str, dict]]:
        frozen = [who for who, member in self.world.members.items() if member.is_frozen]
        if frozen:
            return [("freeze", {"who": self.dice.choice(frozen), "is_frozen": False})]
        if self._chance(40):
            return [("freeze", {"who": self.dice.choice(list(self.world.members)), "is_frozen": True})]
        if self.world.parked and self._chance(70):
            return [("enroll", self._new(self.dice.choice(self.world.parked).who))]
        return [("enroll", self._new(self.dice.choice(list(self.world.members))))]

    def _days(self) -> list[tuple[str, dict]]:
        """A night, or several; closing the day comes at once, later, or not at all."""
        days = self.dice.choice((1, 1, 1, 1, 2, 3, 7, 20))
        morning = (self.world.now.astimezone(ZONE) + timedelta(days=days)).replace(hour=0, minute=0, second=5)
        seconds = int((morning - self.world.now).total_seconds()) + self.dice.randint(0, 40_000)
        steps: list[tuple[str, dict]] = []
        if self.world.terms.purses[0].carry_percent:
            steps += [("release", {"who": hold.who, "name": name}) for (_, name), hold in self._still_open()]
        steps.append(("wait", {"seconds": seconds}))
        if self._chance(60):
            steps.append(("close_day", {}))
        return steps

    def _still_open(self) -> list[tuple[tuple[str, str], Any]]:
        return [(key, hold) for key, hold in self.world.holds.items() if hold.state == "open"]
