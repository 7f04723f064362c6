"""One condition on one subject at a time: our compiled function against Google's CEL (C++) and Python written by hand.

Each engine gets what a till would give it: a new subject every time. CEL makes its activation from the same mapping.
All run in this one thread, so its own processor time is what counts, not what neighbors take.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from cel_expr_python import cel

from bench.telling import tell, tell_ratio
from regulars.audience import conditions

Facts: TypeAlias = Mapping[str, Any]
Subject: TypeAlias = tuple[Facts, Facts, datetime, date]
AT = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 31)
DAYS_90 = timedelta(days=90)
SUBJECTS = 200
VOCABULARY = conditions.Vocabulary(
    currency="CNY",
    wallet_id=1,
    words={
        "tier": tuple(conditions.Word(code=code, stored=rank) for rank, code in enumerate(("basic", "gold", "black")))
    },
)
SIMPLE = 'member.tier in ["gold", "black"] && activity.total >= 100'
LINES = SIMPLE + ' && activity.lines.exists(l, l.category == "coffee" && l.amount >= 20)'
HISTORY = "now - member.enrolled_at > days(90) && member.spend_12m >= 500 && member.orders_30d < 3"


def _by_hand_simple(activity: Facts, member: Facts, _now: datetime, _today: date) -> bool:
    return member["tier"] in {"gold", "black"} and activity["total"] >= 10_000


def _by_hand_lines(activity: Facts, member: Facts, _now: datetime, _today: date) -> bool:
    if not (member["tier"] in {"gold", "black"} and activity["total"] >= 10_000):
        return False
    return any(line["category"] == "coffee" and line["amount"] >= 2_000 for line in activity["lines"])


def _by_hand_history(_activity: Facts, member: Facts, now: datetime, _today: date) -> bool:
    is_old = now - member["enrolled_at"] > DAYS_90
    return is_old and member["spend_12m"] >= 50_000 and member["orders_30d"] < 3


RULES: Mapping[str, tuple[str, str, Callable[..., bool]]] = {
    "simple": (SIMPLE, 'tier in ["gold", "black"] && total >= 10000', _by_hand_simple),
    "lines": (
        LINES,
        'tier in ["gold", "black"] && total >= 10000 '
        '&& lines.exists(l, has(l.category) && l.category == "coffee" && l.amount >= 2000)',
        _by_hand_lines,
    ),
    "history": (
        HISTORY,
        'now - enrolled_at > duration("2160h") && spend_12m >= 50000 && orders_30d < 3',
        _by_hand_history,
    ),
}


def run(_fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print evaluations a second of each engine, the time to compile, and the ratios of the same run."""
    runs, seconds = (5, 0.15) if is_quick else (9, 0.6)
    subjects = _subjects()
    for name, (text, foreign, by_hand) in RULES.items():
        condition = conditions.parse(text, scope=conditions.Scope.EARNING, vocabulary=VOCABULARY)
        referee, judge = _referee(foreign)
        ours, traced = conditions.compiled(condition), conditions.traced(condition)
        answers = [ours(*subject) for subject in subjects]
        assert answers == [traced(*subject)[0] for subject in subjects] == [by_hand(*subject) for subject in subjects]
        assert answers == [judge(_flat(subject)) for subject in subjects]
        assert 0 < sum(answers) < SUBJECTS
        rates: dict[str, list[float]] = {"compiled": [], "traced": [], "by-hand": [], "cel": []}
        for _ in range(runs):
            rates["compiled"].append(_rate(ours, subjects, seconds))
            rates["traced"].append(_rate(traced, subjects, seconds))
            rates["by-hand"].append(_rate(by_hand, subjects, seconds))
            rates["cel"].append(_rate(judge, [(_flat(subject),) for subject in subjects], seconds))
        for engine, found in rates.items():
            tell(f"conditions.{name}.{engine}", found, "evaluations/s")
        _compile(name, text, foreign, referee, runs)
        for rival in ("by-hand", "cel"):
            tell_ratio(f"conditions.{name}.{rival}", rates["compiled"], rates[rival])


def _compile(name: str, text: str, foreign: str, referee: Any, runs: int) -> None:
    """From text to function, each rule a new one."""
    ours, theirs = [], []
    for attempt in range(runs * 4):
        started = time.process_time()
        written = f"{text} && activity.total < {9_000_000 + attempt}"
        conditions.compiled(conditions.parse(written, scope=conditions.Scope.EARNING, vocabulary=VOCABULARY))
        ours.append((time.process_time() - started) * 1000)
        started = time.process_time()
        referee.compile(f"{foreign} && total < {900_000_000 + attempt}")
        theirs.append((time.process_time() - started) * 1000)
    tell(f"conditions.{name}.compile", ours, "ms")
    tell(f"conditions.{name}.compile.cel", theirs, "ms")


def _referee(foreign: str) -> tuple[Any, Callable[[Facts], bool]]:
    kinds = cel.Type
    lines = kinds.List(kinds.Map(kinds.STRING, kinds.DYN))
    env = cel.NewEnv(
        variables={
            "tier": kinds.STRING,
            "total": kinds.INT,
            "lines": lines,
            "enrolled_at": kinds.TIMESTAMP,
            "now": kinds.TIMESTAMP,
            "spend_12m": kinds.INT,
            "orders_30d": kinds.INT,
        }
    )
    rule = env.compile(foreign)

    def judge(facts: Facts) -> bool:
        return bool(rule.eval(env.Activation(facts)).value())

    return env, judge


def _subjects() -> list[Subject]:
    """Orders of five lines, as the catalogue's own fields."""
    dice, found = random.Random(7), []
    for _ in range(SUBJECTS):
        lines = [
            {"category": dice.choice(("coffee", "tea", "beans", "mugs")), "amount": dice.randrange(100, 4_000)}
            for _ in range(5)
        ]
        activity = {"total": sum(line["amount"] for line in lines), "lines": lines}
        member = {
            "tier": dice.choice(("basic", "gold", "black")),
            "enrolled_at": AT - timedelta(hours=dice.randrange(9_000)),
            "spend_12m": dice.randrange(120_000),
            "orders_30d": dice.randrange(6),
        }
        found.append((activity, member, AT, TODAY))
    return found


def _flat(subject: Subject) -> Facts:
    activity, member, now, _ = subject
    return {**activity, **member, "now": now}


def _rate(rule: Callable[..., Any], subjects: list[Any], seconds: float) -> float:
    """Evaluations a second over so many seconds."""
    count, started = 0, time.process_time()
    while True:
        for subject in subjects:
            rule(*subject)
        count += len(subjects)
        passed = time.process_time() - started
        if passed >= seconds:
            return count / passed
