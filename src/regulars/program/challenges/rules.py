"""Pure decisions about challenges. Progress is a function of the set of steps: neither order nor batches matter."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from regulars.kit.clock import EVER

from .model import (
    MILESTONES_MAX,
    ORDER,
    PSEUDONYM_LENGTH_MAX,
    Challenge,
    ChallengeFixed,
    ChallengeInvalid,
    Doing,
    Measure,
    Play,
    PseudonymInvalid,
    Season,
    State,
    Step,
)

_FIXED = ("measure", "counts", "condition", "milestones", "season", "starts_at", "campaign_id")
_NEXT = {
    State.DRAFT: {State.LIVE, State.ENDED},
    State.LIVE: {State.PAUSED, State.ENDED},
    State.PAUSED: {State.LIVE, State.ENDED},
    State.ENDED: frozenset[State](),
}


def season_on(season: Season, on: date) -> date:
    """The first day of the season a local day lies in; of a challenge that is played once, a day before all."""
    match season:
        case Season.WEEK:
            return on - timedelta(days=on.weekday())
        case Season.MONTH:
            return on.replace(day=1)
        case Season.QUARTER:
            return on.replace(month=on.month - (on.month - 1) % 3, day=1)
        case Season.YEAR:
            return on.replace(month=1, day=1)
        case Season.ONCE:
            return EVER


def is_open(challenge: Challenge, at: datetime) -> bool:
    """Whether what happened at `at` counts."""
    has_started = challenge.starts_at is None or at >= challenge.starts_at
    return has_started and (challenge.ends_at is None or at < challenge.ends_at)


def steps(challenge: Challenge, doing: Doing) -> list[Step]:
    """What an activity brings to a challenge it is counted by; nothing when it is another kind or out of time."""
    if doing.counts != challenge.counts or not is_open(challenge, doing.occurred_at):
        return []
    return [
        Step(
            member_id=doing.member_id,
            challenge_id=challenge.challenge_id,
            activity_id=doing.activity_id,
            mark=mark,
            season_on=season_on(challenge.season, doing.on_date),
            amount=amount,
            occurred_at=doing.occurred_at,
        )
        for mark, amount in _marks(challenge.measure, doing).items()
        if amount > 0
    ]


def _marks(measure: Measure, doing: Doing) -> Mapping[str, int]:
    match measure:
        case Measure.SPEND:
            return {"": doing.spend_minor}
        case Measure.CATEGORIES:
            return doing.categories
        case Measure.DAYS:
            return {doing.on_date.isoformat(): 1}
        case Measure.WEEKS:
            return {season_on(Season.WEEK, doing.on_date).isoformat(): 1}
        case Measure.COUNT:
            return {"": 1}


def value(measure: Measure, marks: Mapping[str, int]) -> int:
    """What amounts by mark come to."""
    if measure in (Measure.COUNT, Measure.SPEND):
        return marks.get("", 0)
    kept = sorted(mark for mark, amount in marks.items() if amount > 0)
    if measure is Measure.CATEGORIES:
        return len(kept)
    return _longest_run([date.fromisoformat(mark) for mark in kept], 1 if measure is Measure.DAYS else 7)


def _longest_run(days: Sequence[date], apart: int) -> int:
    longest = run = 0
    before = None
    for day in days:
        run = run + 1 if before is not None and (day - before).days == apart else 1
        longest, before = max(longest, run), day
    return longest


def met(challenge: Challenge, reached: int) -> frozenset[int]:
    """The numbers of the milestones a value reaches."""
    return frozenset(no for no, one in enumerate(challenge.milestones) if reached >= one.target)


def advance(challenge: Challenge, play: Play, taken: Iterable[Step]) -> tuple[Play, list[int]]:
    """The season after some steps of one activity, and the milestones it reaches that do not stand yet."""
    marks = dict(play.marks)
    reached_at = play.reached_at
    for step in taken:
        marks[step.mark] = marks.get(step.mark, 0) + step.amount
        reached_at = max(reached_at, step.occurred_at) if reached_at else step.occurred_at
    new = sorted(met(challenge, value(challenge.measure, marks)) - play.standing)
    turns = {**play.turns, **{no: play.turns.get(no, 0) + 1 for no in new}}
    after = Play(marks=marks, reached_at=reached_at, standing=play.standing | frozenset(new), turns=turns)
    return after, new


def lowered(step: Step, measure: Measure, *, spend_minor: int, categories: Mapping[str, int], is_whole: bool) -> int:
    """What is left of a step after a return of so much money, of its categories, or of the whole order."""
    if measure is Measure.SPEND:
        return max(0, step.amount - spend_minor)
    if measure is Measure.CATEGORIES:
        return max(0, step.amount - categories.get(step.mark, 0))
    return 0 if is_whole else step.amount


def check(challenge: Challenge) -> None:
    """Refuse a challenge whose fields make no sense.

    Raises:
        ChallengeInvalid: with the reason in words.
    """
    targets = [one.target for one in challenge.milestones]
    wrong = ""
    if not any(challenge.name.values()):
        wrong = "A challenge needs a name."
    elif not 1 <= len(targets) <= MILESTONES_MAX or targets != sorted(set(targets)) or targets[0] < 1:
        wrong = f"A challenge has 1 to {MILESTONES_MAX} milestones, each above the one before, from 1."
    elif targets[-1] > 10**12 or any(not 0 <= one.points <= 10**9 for one in challenge.milestones):
        wrong = "A target or a prize is too large, or a prize is below zero."
    elif not (challenge.milestones[-1].points or any(challenge.milestones[-1].badge.values())):
        wrong = "The goal needs a prize: points, a badge, or both."
    elif challenge.counts != ORDER and challenge.measure in (Measure.SPEND, Measure.CATEGORIES):
        wrong = "Only orders have amounts and categories."
    elif challenge.season is not Season.ONCE and challenge.measure is Measure.WEEKS:
        wrong = "A run of weeks needs a challenge that is played once."
    elif challenge.starts_at and challenge.ends_at and challenge.ends_at <= challenge.starts_at:
        wrong = "A challenge cannot end before it starts."
    if wrong:
        raise ChallengeInvalid(wrong)


def check_change(before: Challenge, after: Challenge) -> None:
    """Refuse to change what members already play for.

    Raises:
        ChallengeFixed: it ended, or was live and its goal would change. Facts: fields.
    """
    changed = [name for name in _FIXED if getattr(before, name) != getattr(after, name)]
    if before.state is State.ENDED or (before.state is not State.DRAFT and changed):
        raise ChallengeFixed("Members play for what was promised; end this one and begin another.",
                             facts={"fields": changed})  # fmt: skip


def check_move(before: State, after: State) -> None:
    """Refuse a state that does not follow.

    Raises:
        ChallengeFixed: draft, live and paused lead on; nothing leads back from ended.
    """
    if after not in _NEXT[before]:
        raise ChallengeFixed(f"What is {before.name.lower()} cannot become {after.name.lower()}.")


def check_pseudonym(pseudonym: str, name: str) -> None:
    """Refuse a pseudonym that is empty, long, or the member's own name.

    Raises:
        PseudonymInvalid: as said.
    """
    spelled = pseudonym.strip()
    if not 1 <= len(spelled) <= PSEUDONYM_LENGTH_MAX or not spelled.isprintable():
        raise PseudonymInvalid(f"A pseudonym has 1 to {PSEUDONYM_LENGTH_MAX} characters.")
    if name and spelled.casefold() == name.strip().casefold():
        raise PseudonymInvalid("A pseudonym is not the member's own name.")


def differences(before: Challenge | None, after: Challenge) -> dict[str, tuple[str, str]]:
    """The fields that differ, as text from and to; of a new challenge all that are not empty."""
    old = msgspec.to_builtins(before) if before else {}
    new = msgspec.to_builtins(after)
    pairs = {name: (_text(old.get(name)), _text(new[name])) for name in new if name not in _NAMES}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


_NAMES = {"program_id", "challenge_id"}


def _text(found: object) -> str:
    if found in (None, "", {}, []):
        return ""
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()
