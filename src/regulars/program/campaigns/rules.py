"""Pure decisions about campaigns: which terms make sense, what may follow which state, what may still change."""

import re
from collections.abc import Mapping

import msgspec

from .model import AUDIENCE_MODES, GOAL_METRICS, Budget, Campaign, CampaignInvalid, CampaignState, State, Terms

HOLDOUT_PERCENT_MAX = 50
AMOUNT_MAX = 10**12
STORES_MAX = 1_000
NAME_LENGTH_MAX = 100

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def check_code(code: str) -> None:
    """Refuse a code that cannot be part of an address.

    Raises:
        CampaignInvalid: as said.
    """
    if not _CODE.fullmatch(code):
        raise CampaignInvalid("A code has up to 60 small letters, digits, - and _.")


NEXT: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.REVIEW, State.ENDED}),
    State.REVIEW: frozenset({State.DRAFT, State.LIVE}),
    State.LIVE: frozenset({State.PAUSED, State.STOPPED, State.ENDED}),
    State.PAUSED: frozenset({State.LIVE, State.ENDED}),
    State.STOPPED: frozenset({State.LIVE, State.ENDED}),
    State.ENDED: frozenset(),
}
"""What may follow what."""

NEEDS_REASON = frozenset({State.PAUSED, State.ENDED})
"""States that nobody enters without saying why; nor is a pause left without a reason."""


def check(terms: Terms) -> None:
    """Refuse terms without sense.

    Raises:
        CampaignInvalid: as said.
    """
    if not terms.name or not all(0 < len(text) <= NAME_LENGTH_MAX for text in terms.name.values()):
        raise CampaignInvalid(f"A campaign has a name of at most {NAME_LENGTH_MAX} characters.")
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        raise CampaignInvalid("A campaign cannot end before it starts.")
    if not 0 <= terms.holdout_percent <= HOLDOUT_PERCENT_MAX:
        raise CampaignInvalid("A holdout is from none to half of the audience.")
    if terms.audience_mode not in AUDIENCE_MODES:
        raise CampaignInvalid(f"An audience is found at {' or '.join(AUDIENCE_MODES)}.")
    if len(terms.store_budgets) > STORES_MAX or "" in terms.store_budgets:
        raise CampaignInvalid(f"Budgets of stores are for at most {STORES_MAX} named stores.")
    for budget in (terms.budget, *terms.store_budgets.values()):
        for most in msgspec.structs.astuple(budget):
            if most is not None and not 1 <= most <= AMOUNT_MAX:
                raise CampaignInvalid(f"A budget is from 1 to {AMOUNT_MAX}.")
    if terms.goal and (terms.goal.metric not in GOAL_METRICS or not 1 <= terms.goal.target <= AMOUNT_MAX):
        raise CampaignInvalid(f"A goal is above zero and one of {', '.join(GOAL_METRICS)}.")


def check_move(campaign: Campaign, to: State, note: str) -> None:
    """Refuse a step that does not follow, or one without the reason it needs.

    Raises:
        CampaignState: it does not follow from where the campaign stands.
        CampaignInvalid: it needs a reason.
    """
    if to not in NEXT[campaign.state]:
        raise CampaignState(
            f"A campaign that is {campaign.state} cannot become {to}.", facts={"state": campaign.state.value}
        )
    if not note.strip() and (to in NEEDS_REASON or (campaign.state is State.PAUSED and to is State.LIVE)):
        raise CampaignInvalid("Say why: the reason stays in the campaign's history.")


_FIXED = ("starts_on", "audience", "audience_text", "audience_mode", "holdout_percent", "template")
"""What cannot change once a campaign was launched: it would no longer be measured against the same people."""


def check_change(campaign: Campaign, terms: Terms) -> None:
    """Refuse terms without sense, and changes that come too late.

    Raises:
        CampaignInvalid: the terms make no sense.
        CampaignState: it has ended, or what changes cannot change after the launch.
    """
    check(terms)
    if campaign.state is State.ENDED:
        raise CampaignState("This campaign has ended; copy it instead.", facts={"state": campaign.state.value})
    if campaign.launched_on is not None:
        late = [name for name in _FIXED if getattr(terms, name) != getattr(campaign.terms, name)]
        if late:
            raise CampaignState(
                f"After the launch {', '.join(late)} cannot change: it would be measured against other people.",
                facts={"state": campaign.state.value, "fixed": late},
            )


def budgets_of(terms: Terms) -> dict[str, Budget]:
    """Every budget that limits something, by store; '' is the whole campaign."""
    every = {"": terms.budget, **terms.store_budgets}
    return {store: budget for store, budget in every.items() if budget.is_limited}
