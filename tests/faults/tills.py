"""Tills that sell, take back and redeem at once, send again until they are answered, and remember every word.

Afterwards they hold the shop to what it said: `Tills.broken_words` asks everything again, which must be answered as
the first time, and `Tills.wrong_balances` adds up what was promised to each member.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .wire import BROKEN, Answer, Line

_ANSWER_SECONDS_MAX = 90.0


@dataclass(slots=True)
class Act:
    """One thing a till asked for, and the first whole answer to it."""

    name: str
    path: str
    body: dict[str, Any]
    answer: Answer | None = None
    tries: int = 0


@dataclass(slots=True)
class Tills:
    """Several tills of one shop. `ports`: the servers they may speak to; a till whose line broke tries the next."""

    ports: Sequence[int]
    key: str
    member_ids: Sequence[str]
    reward_id: str
    chance: random.Random
    count: int = 12
    pause_seconds: float = 0.004
    orders_only: bool = False
    renames: bool = False
    """The mistake that must be found: a new id with every try."""
    acts: list[Act] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """How often which answer came: a status with its code, or `broken` for a line that broke."""
    answered_at: float = 0.0
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def open(self, acts_max: int = 1 << 40) -> None:
        """Begin to work, until told to close or after so many acts together."""
        self._tasks = [asyncio.create_task(self._till(number, acts_max)) for number in range(self.count)]

    async def close(self) -> None:
        """Begin nothing new and see everything begun answered."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def finish(self) -> None:
        """See every act answered."""
        await asyncio.gather(*self._tasks)

    async def _till(self, number: int, acts_max: int) -> None:
        lines = [Line(port, self.key) for port in self.ports]
        mine: list[Act] = []
        while not self._stop.is_set() and len(self.acts) < acts_max:
            act = self._next(f"{number}-{len(mine)}", mine)
            mine.append(act)
            self.acts.append(act)
            act.answer = await self._answered(lines, act)
            await asyncio.sleep(self.pause_seconds)
        for line in lines:
            line.close()

    def _next(self, name: str, mine: Sequence[Act]) -> Act:
        dice = 1.0 if self.orders_only else self.chance.random()
        member_id = self.chance.choice(self.member_ids)
        orders = [act for act in mine[-20:] if act.name.startswith("o-") and act.answer and act.answer.status < 300]
        at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        if dice < 0.15 and orders:
            order = self.chance.choice(orders)
            body = {"return_id": f"r-{name}", "occurred_at": at, "amount_minor": 1}
            return Act(f"r-{name}", f"/v1/orders/{order.name}/returns", body)
        if dice < 0.3:
            body = {"redemption_id": f"b-{name}", "member_id": member_id}
            return Act(f"b-{name}", f"/v1/rewards/{self.reward_id}/purchases", body)
        total_minor = self.chance.randrange(100, 100_00)
        body = {"order_id": f"o-{name}", "member": {"id": member_id}, "currency": "CNY", "total_minor": total_minor,
                "occurred_at": at}  # fmt: skip
        return Act(f"o-{name}", "/v1/orders", body)

    async def _answered(self, lines: list[Line], act: Act) -> Answer:
        begun = time.monotonic()
        while True:
            act.tries += 1
            if self.renames and act.tries > 1 and "order_id" in act.body:
                act.body = {**act.body, "order_id": f"{act.name}-{act.tries}"}
            try:
                answer = await lines[0].ask("POST", act.path, act.body)
            except BROKEN:
                self.told["broken"] += 1
                lines.append(lines.pop(0))
            else:
                self.told[f"{answer.status} {answer.code}".strip()] += 1
                if answer.status < 500:
                    self.answered_at = time.monotonic()
                    return answer
                assert answer.json()["retry"] == "same-request"
            assert time.monotonic() < begun + _ANSWER_SECONDS_MAX, f"{act.name} was never answered: {self.told}"
            await asyncio.sleep(self.chance.uniform(0.02, 0.2))

    @property
    def acked(self) -> list[Act]:
        """What the shop said yes to."""
        return [act for act in self.acts if act.answer is not None and act.answer.status < 300]

    async def broken_words(self) -> list[str]:
        """Acts the shop said yes to and does not know, or tells differently, when asked again."""
        broken: list[str] = []
        left = iter(self.acked)

        async def ask_again() -> None:
            line = Line(self.ports[0], self.key)
            for act in left:
                assert act.answer is not None
                again = await line.ask("POST", act.path, act.body)
                if (again.status, again.body) != (200, act.answer.body):
                    broken.append(act.name)
            line.close()

        await asyncio.gather(*(ask_again() for _ in range(self.count)))
        return broken

    async def wrong_balances(self, given_points: int) -> dict[str, tuple[int, int]]:
        """Members who have not what the answers add up to: what they have, what they should have."""
        due = dict.fromkeys(self.member_ids, given_points)
        for act in self.acked:
            assert act.answer is not None
            told = act.answer.json()
            sign = {"o": 1, "r": -1, "b": -1}[act.name[0]]
            due[told["member_id"]] += sign * told["points_reversed" if act.name[0] == "r" else "points"]
        line = Line(self.ports[0], self.key)
        wrong = {}
        for member_id, points in due.items():
            balance = (await line.ask("GET", f"/v1/members/{member_id}/statement")).json()["balance"]
            has = balance["available"] + balance["pending"] + balance["held"] - balance["debt"]
            if has != points:
                wrong[member_id] = (has, points)
        line.close()
        return wrong
