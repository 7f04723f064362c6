"""Progress is a function of the set of steps: any order, any split, each activity once."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from regulars.kit import ids
from regulars.kit.clock import EVER
from regulars.program import challenges
from regulars.program.challenges import Challenge, Measure, Milestone, Play, Season, State

ANN = UUID(int=1)
START = datetime(2026, 3, 2, 4, tzinfo=UTC)  # a Monday


def goal(measure: Measure = Measure.COUNT, *targets: int, **more) -> Challenge:
    milestones = tuple(Milestone(target=n, points=n * 10) for n in targets or (3,))
    fields = {"counts": "order", "code": "c", "name": {"en": "Three"}, "description": {}, **more}
    return Challenge(program_id=1, challenge_id=UUID(int=7), measure=measure, milestones=milestones, **fields)


def doing(day: int = 0, **more) -> challenges.Doing:
    at = START + timedelta(days=day)
    fields = {"counts": "order", "spend_minor": 1000, **more}
    return challenges.Doing(member_id=ANN, activity_id=ids.uuid7(), occurred_at=at, on_date=at.date(), **fields)


def played(challenge: Challenge, doings) -> tuple[int, list[int]]:
    play, reached = Play(), []
    for one in doings:
        steps = challenges.steps(challenge, one)
        if steps:
            play, new = challenges.advance(challenge, play, steps)
            reached += new
    return challenges.value(challenge.measure, play.marks), reached


def test_every_measure_counts_what_it_says():
    visits = [doing(0, categories={"tea": 5}), doing(1, categories={"tea": 5, "cake": 3}), doing(1), doing(9)]
    assert played(goal(Measure.COUNT), visits)[0] == 4
    assert played(goal(Measure.SPEND), visits)[0] == 4000
    assert played(goal(Measure.CATEGORIES), visits)[0] == 2
    assert played(goal(Measure.DAYS), visits)[0] == 2
    assert played(goal(Measure.WEEKS), visits)[0] == 2
    assert played(goal(Measure.WEEKS), [doing(0), doing(14)])[0] == 1


def test_milestones_come_on_the_way_and_once():
    assert played(goal(Measure.COUNT, 1, 3), [doing(n) for n in range(5)])[1] == [0, 1]
    assert played(goal(Measure.SPEND, 500, 900), [doing()])[1] == [0, 1]


def test_only_the_kind_that_counts_and_only_in_its_time_counts():
    bounded = goal(starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2))
    assert played(bounded, [doing(0), doing(1), doing(2)])[0] == 1
    assert played(goal(counts="review"), [doing(0), doing(0, counts="review")])[0] == 1


def test_a_season_begins_on_monday_or_with_the_month():
    assert challenges.season_on(Season.WEEK, date(2026, 3, 8)) == date(2026, 3, 2)
    assert challenges.season_on(Season.MONTH, date(2026, 3, 8)) == date(2026, 3, 1)
    assert challenges.season_on(Season.ONCE, date(2026, 3, 8)) == EVER


@pytest.mark.parametrize("measure", Measure)
def test_any_order_of_the_same_activities_gives_the_same(measure):
    dice = random.Random(20260310)
    for _ in range(200):
        doings = [
            doing(dice.randrange(12), spend_minor=dice.randrange(2000), categories={dice.choice("abc"): 5})
            for _ in range(dice.randrange(1, 9))
        ]
        challenge = goal(measure, *sorted(dice.sample(range(1, 9), 3)))
        value, reached = played(challenge, doings)
        dice.shuffle(doings)
        assert (value, sorted(reached)) == (played(challenge, doings)[0], sorted(played(challenge, doings)[1]))


def test_a_return_lowers_what_its_order_brought():
    (spent,) = challenges.steps(goal(Measure.SPEND), doing())
    (counted,) = challenges.steps(goal(), doing())
    (tea,) = challenges.steps(goal(Measure.CATEGORIES), doing(categories={"tea": 5}))
    lowered = challenges.lowered
    back = {"spend_minor": 300, "categories": {"tea": 5}}
    assert lowered(spent, Measure.SPEND, **back, is_whole=False) == 700
    assert lowered(counted, Measure.COUNT, **back, is_whole=False) == 1
    assert lowered(counted, Measure.COUNT, **back, is_whole=True) == 0
    assert lowered(tea, Measure.CATEGORIES, **back, is_whole=False) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        goal(name={}),
        goal(Measure.COUNT, 3, 3),
        goal(Measure.COUNT, 0),
        goal(Measure.SPEND, counts="review"),
        goal(Measure.WEEKS, season=Season.WEEK),
        goal(starts_at=START, ends_at=START),
        replace(goal(), milestones=(Milestone(target=3),)),
        replace(goal(), milestones=()),
    ],
)
def test_a_challenge_without_sense_is_refused(wrong):
    with pytest.raises(challenges.ChallengeInvalid):
        challenges.check(wrong)


def test_what_members_play_for_stays_as_it_was_promised():
    live = goal(state=State.LIVE)
    challenges.check_change(live, replace(live, name={"en": "Other"}))
    challenges.check_change(goal(), replace(goal(), counts="review"))
    with pytest.raises(challenges.ChallengeFixed) as refused:
        challenges.check_change(live, replace(live, counts="review"))
    assert refused.value.facts == {"fields": ["counts"]}
    for before, after in ((State.ENDED, State.LIVE), (State.LIVE, State.DRAFT), (State.DRAFT, State.PAUSED)):
        with pytest.raises(challenges.ChallengeFixed):
            challenges.check_move(before, after)


@pytest.mark.parametrize("pseudonym", ["", " ", "x" * 41, "ann LIN", "a\nb"])
def test_a_pseudonym_hides_its_member(pseudonym):
    with pytest.raises(challenges.PseudonymInvalid):
        challenges.check_pseudonym(pseudonym, "Ann Lin")
