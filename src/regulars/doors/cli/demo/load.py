"""Loads a shop's year as the program would have lived it: orders, returns, rewards, and the ends of months."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from regulars import flows
from regulars.audience import segments
from regulars.doors.cli.importing import workshop
from regulars.doors.cli.lanes import Feed, Purchase, Report, Returned, fed_fast, lanes_for, opened
from regulars.doors.cli.progress import Meter
from regulars.kit import clock, db
from regulars.program import rewards, tiers
from regulars.records import activities, ledger, members, programs

from . import behavior, groups, lately, people, promises
from .journey import Journey
from .model import CODE, CURRENCY, SOURCE, TIME_ZONE, Basket, Household, Shop, ShopAbsent
from .synthetic import Synthetic
from .year import Calendar, Step, steps, weeks_between

_LOCK = 0x64656D6F
_EXPIRY = ledger.Expiry(kind="month_end", count=6)
_RETURN_WINDOW_DAYS = 14


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What was loaded. `is_done` is False when it was stopped, or somebody else is loading."""

    shop: str = ""
    report: Report = field(default_factory=Report)
    expired_points: int = 0
    seconds: float = 0.0
    is_done: bool = False
    lane_rss_bytes: int = 0


def load(
    dsn: str,
    home: Path,
    *,
    baskets_max: int = 0,
    report: Callable[[str], None],
    is_stopped: Callable[[], bool] = lambda: False,
    is_alone: bool = False,
) -> Loaded:
    """Load the demo shop; what is there already is not loaded twice, and a load that was cut off goes on.

    With `is_alone`, only into a database that holds no other program. `baskets_max` (0: all) takes fewer
    households, each with its whole year.

    Raises:
        regulars.doors.cli.lanes.LaneEnded: the database went away; start again later.
    """
    loaded = Loaded()
    with ExitStack() as stack:
        conn = stack.enter_context(db.connect(dsn, autocommit=True))
        if not stack.enter_context(_only_one(dsn)):
            report("The demo shop is being loaded by somebody else.")
            return loaded
        others = [program.code for program in programs.all_of(conn) if program.code != CODE]
        if is_alone and others:
            loaded.is_done = True
            return loaded
        shop = _open(stack.enter_context(workshop(home)), report)
        loaded.shop = shop.name
        with conn.transaction():
            plan = _program(conn)
        baskets = shop.choose(baskets_max)
        meter = stack.enter_context(Meter(baskets, _line))
        load = _Load(conn=conn, plan=plan, shop=shop, calendar=_calendar(conn, plan, shop), meter=meter, loaded=loaded)
        report(f"Loading {shop.name}: {len(load.households):,} households, {baskets:,} baskets.")
        load.lanes = opened(dsn, plan.program.program_id, lanes_for(baskets), load.told)
        stack.callback(load.lanes.close)
        stack.enter_context(fed_fast())
        loaded.is_done = load.run(is_stopped, report)
        loaded.seconds = meter.seconds
    return loaded


@contextmanager
def _only_one(dsn: str) -> Iterator[bool]:
    """Whether nobody else loads the demo into this database; nobody can until the block ends."""
    with db.connect(dsn, autocommit=True) as conn:
        row = conn.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        yield bool(row and row[0])


def _open(place: Path, report: Callable[[str], None]) -> Shop:
    try:
        return Journey(place)
    except ShopAbsent as absent:
        report(f"{absent}; a made-up shop is loaded instead. `scripts/install run` fetches the real one.")
        return Synthetic()


def _program(conn: db.Conn) -> flows.Plan:
    for program in programs.all_of(conn):
        if program.code == CODE:
            return flows.load(conn, program.program_id)
    return flows.found_program(
        conn,
        code=CODE,
        name={"en": "Journey Market (demo)", "zh": "旅程超市（演示）"},
        currency=CURRENCY,
        time_zone=TIME_ZONE,
        language="en",
        at=clock.now(),
        expiry=_EXPIRY,
        return_window_days=_RETURN_WINDOW_DAYS,
    )


def _calendar(conn: db.Conn, plan: flows.Plan, shop: Shop) -> Calendar:
    """The day the program was founded is kept with its first terms: every later load moves the year the same."""
    founded_at = programs.terms(conn, plan.program.program_id)[-1][2]
    weeks = weeks_between(shop.last_on, plan.program.local_date(founded_at))
    return Calendar(weeks=weeks, zone=clock.zone(TIME_ZONE))


def _line(done: int, whole: int, rate: int, left: int) -> str:
    return f"{done:,} of {whole:,} baskets ({rate:,}/s, {left:,} s left)"


class _Load:
    """One load on its way."""

    def __init__(
        self, *, conn: db.Conn, plan: flows.Plan, shop: Shop, calendar: Calendar, meter: Meter, loaded: Loaded
    ) -> None:
        self.conn = conn
        self.plan = plan
        self.shop = shop
        self.calendar = calendar
        self.meter = meter
        self.loaded = loaded
        self.lanes: Feed
        self.households = shop.households()
        self.last_on = shop.last_on + timedelta(weeks=calendar.weeks)
        self.rewards = behavior.by_code(rewards.catalogue(conn, plan.program.program_id))
        self._ids: dict[int, UUID] = {}
        self._due: dict[date, list[Returned]] = defaultdict(list)

    def run(self, is_stopped: Callable[[], bool], report: Callable[[str], None]) -> bool:
        """Step by step; True at the end of the year."""
        first_on = min((household.first_at for household in self.households), default=None)
        if first_on is None:
            return True
        whole = steps(self.calendar.moved(first_on).date(), self.last_on)
        outline = self.shop.outline([self.calendar.original(step.begin_on) for step in whole])
        begun = self._begun([basket_id for basket_id, _ in outline])
        self.meter.advance(sum(count for _, count in outline[:begun]))
        self._remember_people(whole[begun].begin_on)
        for basket in self._baskets(whole[begun].begin_on - timedelta(days=behavior.RETURN_DAYS_MAX + 1), whole[begun]):
            self._note_return(basket)
        for step in whole[begun:]:
            if is_stopped():
                return False
            self._live(step)
            if step.ends_month:
                self._close(step.end_on, clock.first_instant(step.end_on, TIME_ZONE))
                report(f"{step.begin_on:%B %Y} is loaded.")
        now = clock.now()
        self._furnish(now)
        self._close(self.plan.program.local_date(now), now)
        self._name_groups(now)
        return True

    def _furnish(self, now: datetime) -> None:
        """The promises beside the defaults, and what a few members made of them: all or nothing, and once."""
        days = promises.Days(last_on=self.last_on, now=now)
        with self.conn.transaction():
            if promises.stand(self.conn, self.plan):
                return
            self.plan = promises.make(self.conn, self.plan, days)
            done = lately.happen(self.conn, self.plan, self._keenest(days), days)
        self.loaded.report.add(done)

    def _name_groups(self, now: datetime) -> None:
        """Its segments, once."""
        with self.conn.transaction():
            if not segments.every(self.conn, self.plan.program.program_id):
                groups.found(self.conn, self.plan, promises.Days(last_on=self.last_on, now=now))

    def _keenest(self, days: promises.Days) -> list[UUID]:
        """Members who were there before the promises, the highest tier first."""
        until = self.calendar.original(days.on(promises.OPEN_DAYS).date())
        there = sorted(one.number for one in self.households if one.first_at < until)
        held = tiers.holdings(self.conn, list(self._ids.values()))
        ranks = {member_id: self.plan.ladder.held(holding).rank for member_id, holding in held.items()}
        return sorted((self._ids[n] for n in there), key=lambda member_id: -ranks.get(member_id, 0))

    def _begun(self, first_ids: Sequence[int | None]) -> int:
        """The last step of which something is in the books: all before it are whole, it may not be."""
        program_id = self.plan.program.program_id
        keys = {
            activities.order_key(program_id, SOURCE, str(basket_id)): place
            for place, basket_id in enumerate(first_ids)
            if basket_id is not None
        }
        return max((keys[key] for key in activities.seen(self.conn, keys)), default=0)

    def _remember_people(self, before: date) -> None:
        """Members that earlier steps enrolled."""
        until = self.calendar.original(before)
        known = {people.identifier(one.number): one.number for one in self.households if one.first_at < until}
        found = members.find(self.conn, self.plan.program.program_id, list(known))
        self._ids = {known[identifier]: member_id for identifier, member_id in found.items()}

    def _baskets(self, begin_on: date, step: Step) -> Iterator[Basket]:
        """Baskets of the days before a step."""
        return self.shop.baskets(self.calendar.original(begin_on), self.calendar.original(step.begin_on))

    def _live(self, step: Step) -> None:
        """Everything that happens in a step."""
        begin, end = self.calendar.original(step.begin_on), self.calendar.original(step.end_on)
        self._enroll([one for one in self.households if begin <= one.first_at < end], step)
        count = 0
        for basket in self.shop.baskets(begin, end):
            self.lanes.add(self._purchase(basket))
            self._note_return(basket)
            count += 1
        self.lanes.flush()
        for day in step.days():
            for returned in self._due.pop(day, []):
                self.lanes.add(returned)
        self.lanes.flush()
        for day in step.days():
            self._redeem(day)
        self.meter.advance(count)

    def _enroll(self, joining: Sequence[Household], step: Step) -> None:
        at = clock.first_instant(step.end_on, TIME_ZONE)
        enrollments = [
            people.enrollment(one, self.calendar.moved(one.first_at) - timedelta(minutes=5), self.calendar.zone)
            for one in joining
        ]
        with self.conn.transaction():
            enrolled = flows.enroll_member(self.conn, self.plan, enrollments, at=at) if enrollments else []
        self._ids |= {one.number: member_id for one, (member_id, _) in zip(joining, enrolled, strict=True)}

    def _purchase(self, basket: Basket) -> Purchase:
        order = activities.Order(
            source=SOURCE,
            external_id=str(basket.basket_id),
            currency=CURRENCY,
            total_minor=sum(line.amount_minor for line in basket.lines),
            occurred_at=self.calendar.moved(basket.at),
            lines=basket.lines,
            store=basket.store,
            channel="store",
        )
        return Purchase(people.identifier(basket.household), order)

    def _note_return(self, basket: Basket) -> None:
        found = behavior.return_of(basket, self.calendar)
        if found is not None:
            self._due[found[0]].append(found[1])

    def _redeem(self, day: date) -> None:
        """Rewards of a day, in the order of the rewards, so that two lanes never wait for each other in a ring."""
        wanting = {self._ids[n]: n for n in self._ids if behavior.wants_reward(n, day)}
        if not wanting:
            return
        found = ledger.balances(self.conn, list(wanting), wallet=self.plan.wallet, today=day)
        held = tiers.holdings(self.conn, list(wanting))
        chosen = []
        for member_id, number in wanting.items():
            holding = held.get(member_id)
            rank = self.plan.ladder.tier(holding.tier_id).rank if holding else 0
            one = behavior.redemption(
                number, day, found[member_id].spendable, rank, self.rewards, self.calendar.zone, self.last_on
            )
            if one is not None:
                chosen.append(one)
        for one in sorted(chosen, key=lambda one: one.reward_id):
            self.lanes.add(one)
        self.lanes.flush()

    def _close(self, today: date, at: datetime) -> None:
        while True:
            with self.conn.transaction():
                closed = flows.close_day(self.conn, self.plan, today=today, at=at)
            self.loaded.expired_points += closed.expired_points
            if closed.is_done:
                return

    def told(self, report: Report) -> None:
        """A batch is in the books."""
        self.loaded.report.add(report)
        self.loaded.lane_rss_bytes = max(self.loaded.lane_rss_bytes, report.rss_bytes)
