"""What the core refuses, in the words of the shop. The core's own sentences are for machines' developers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars import flows
from regulars.analytics import twin
from regulars.audience import conditions, segments
from regulars.doors.console import format as write
from regulars.doors.console.privacy_words import reasons
from regulars.kit.errors import Refusal
from regulars.program import campaigns, challenges, coupons, earning, experiences, guard, referrals, rewards, tiers
from regulars.records import access, activities, ledger, members, privacy, programs

Facts = Mapping[str, Any]


def words(refusal: Refusal) -> str:
    """Why it was not done; nothing was changed."""
    if isinstance(refusal, conditions.RuleInvalid):
        return str(refusal.facts.get("zh") or refusal.detail) if get_language() == "zh-hans" else refusal.detail
    for sort, say in _WORDS:
        if isinstance(refusal, sort):
            return say(refusal.facts)
    return _("This cannot be done. Nothing was changed.")


def of_rule(refusal: Refusal, language: str) -> str:
    """What is wrong with a condition, in the reader's language, and where."""
    said = str(refusal.facts.get("zh", "")) if language == "zh" else ""
    return said or refusal.detail


def _short_of_points(facts: Facts) -> str:
    return _("%(spendable)s points can be used, %(cost)s are needed. Nothing was changed.") % {
        "spendable": write.number(facts.get("spendable", 0)),
        "cost": write.number(facts.get("cost", 0)),
    }


def _campaign(_facts: Facts) -> str:
    return _("Say why; or its days, its limits or its threshold do not fit. Nothing was changed.")


def _transfer_limit(facts: Facts) -> str:
    return _("At most %(limit)s points are given at once, and %(left)s more today.") % {
        "limit": write.number(facts.get("limit", 0)),
        "left": write.number(facts.get("left", 0)),
    }


def _limit(facts: Facts) -> str:
    return _("A member may have this reward %(limit)s times, and this member already did.") % facts


def _not_available(facts: Facts) -> str:
    return why_not(str(facts.get("reason", "")))


def _not_drawn(facts: Facts) -> str:
    if facts.get("reason") == "empty":
        return _("Nobody entered; there is nothing to draw.")
    return _("The draw is made after the sweepstake's end.")


def _invalid_reward() -> str:
    return _(
        "A reward needs a name and a price, cannot end before it starts, and needs what its type asks for: a wallet of "
        "its kind and an amount, or winners and an end. Prices for one tier differ in money; prices that move with "
        "what is left need a stock."
    )


def why_not(code: str) -> str:
    """Why a member cannot have a reward now, by the core's code."""
    return {
        "not-live": _("Not offered at present"),
        "not-started": _("Not offered yet"),
        "ended": _("No longer offered"),
        "tier": _("For members of a higher tier"),
        "store": _("Not offered in this store"),
        "audience": _("Not for this member"),
        "drawn": _("The draw was made"),
        "campaign": _("Its campaign does not run now"),
        "campaign-audience": _("Not for this member"),
        "campaign-paused": _("Its campaign is paused"),
        "budget-exhausted": _("The budget of its campaign is used up"),
        "coupon": _("Not given out at present"),
        "experience": _("The event is not open to this member"),
        "has-seat": _("This member has a seat already"),
        "redemption-limit-reached": _("Limit per member reached"),
        "reward-sold-out": _("Sold out"),
        "insufficient-points": _("Not enough points"),
    }.get(code, _("Not possible now"))


def _not_invited(facts: Facts) -> str:
    return {
        "not-open": _("Nobody can sign up at present."),
        "begun": _("It has begun."),
        "tier": _("For members of a higher tier"),
        "condition": _("It is for other members."),
        "no-show": _("This member did not come last time and waits until %(until)s.") % {"until": facts.get("until")},
    }.get(str(facts.get("reason")), _("Not possible now"))


def _tier_terms(_facts: Facts) -> str:
    return _(
        "These terms do not fit each other. Months are 1 to 60; every tier above the lowest needs its condition where "
        "a condition counts; known tiers keep their places, and one that somebody holds cannot go."
    )


def _notice_too_short(facts: Facts) -> str:
    day = date.fromisoformat(str(facts.get("earliest", date.max.isoformat())))
    return _("This takes something from members and must be announced: it can begin on %(day)s.") % {
        "day": write.day(day)
    }


_WORDS: tuple[tuple[type[Refusal], Callable[[Facts], str]], ...] = (
    (ledger.InsufficientPoints, _short_of_points),
    (twin.TrialInvalid, lambda _f: _("A trial run is about one day to three years that are past.")),
    (segments.SegmentInvalid, lambda _f: _("A segment needs a name, a condition and a code of its own.")),
    (ledger.WalletInvalid, lambda _f: _("These settings do not fit each other, or the day is none of the year.")),
    (members.MemberFrozen, lambda _f: _("This membership is frozen. Release it first; nothing was changed.")),
    (guard.UnderReview, lambda _f: _("The guard looks at this member: nothing is spent until the case is decided.")),
    (guard.ChallengeRequired, lambda _f: _("The member must show who they are first; then decide the case.")),
    (guard.CaseDecided, lambda _f: _("This was decided before; nothing was changed.")),
    (privacy.ErasureBlocked, lambda f: _("It cannot be done yet: %(why)s.") % {"why": reasons(tuple(f["reasons"]))}),
    (privacy.ConsentInvalid, lambda _f: _("This choice cannot be made.")),
    (members.MemberErased, lambda _f: _("This member was erased; nothing more is recorded of them.")),
    (members.IdentifierTaken, lambda _f: _("One of these identifiers already belongs to another member.")),
    (access.NetworkInvalid, lambda _f: _("Write an address, or a network such as 203.0.113.0/24.")),
    (members.IdentifierInvalid, lambda _f: _("This is not a valid phone number, e-mail address or id.")),
    (flows.SelfGrant, lambda _f: _("These points are your own: somebody else must ask for this. Nothing was changed.")),
    (flows.FourEyes, lambda _f: _("You asked for this yourself: a second person must approve it.")),
    (flows.AlreadyDecided, lambda _f: _("Somebody else decided this already; that stands.")),
    (flows.AdjustmentInvalid, lambda _f: _("Say how many points and why; at most a million at once.")),
    (flows.InvalidRecipient, lambda _f: _("These points are in one account already. Choose somebody else.")),
    (flows.TransferLimit, _transfer_limit),
    (flows.CoolDown, lambda _f: _("It is too early: the membership is new, or its phone or e-mail was just added.")),
    (flows.HouseholdFull, lambda _f: _("A household has at most eight members.")),
    (flows.AlreadyInHousehold, lambda _f: _("This member shares another account; they leave it first.")),
    (flows.LastMember, lambda _f: _("Nobody else is left in this household: dissolve it instead.")),
    (flows.AlreadyMerged, lambda _f: _("This member was merged into another; undo that first.")),
    (flows.MergedIntoItself, lambda _f: _("These two are one member already.")),
    (flows.NotMerged, lambda _f: _("This member is merged into nobody.")),
    (flows.MergeFinal, lambda _f: _("A merge can be undone for 30 days, and they are over.")),
    (members.HouseholdNotFound, lambda _f: _("This household was dissolved. Choose another number.")),
    (rewards.RewardNotAvailable, _not_available),
    (rewards.RewardSoldOut, lambda _f: _("No unit of this reward is left. No points were taken.")),
    (rewards.RedemptionLimitReached, _limit),
    (rewards.PriceChanged, lambda _f: _("The price has changed since the page was opened. Look again.")),
    (rewards.AlreadyFulfilled, lambda _f: _("This reward was handed out already.")),
    (rewards.AlreadyUndone, lambda _f: _("This redemption was undone; it cannot be handed out.")),
    (rewards.RewardUsed, lambda _f: _("What this reward gave was used: it cannot be undone.")),
    (rewards.AlreadyDrawn, lambda _f: _("The draw was made; its winners stand.")),
    (rewards.DrawNotOpen, _not_drawn),
    (rewards.PictureUnusable, lambda _f: _("Use a whole PNG, JPEG or WebP of at most 1 MB and 25 million pixels.")),
    (rewards.RewardChanged, lambda _f: _("Somebody else changed this reward meanwhile. Open it again.")),
    (rewards.RewardInvalid, lambda _f: _invalid_reward()),
    (coupons.PoolMoved, lambda _f: _("Somebody changed this pool meanwhile. Open it again; your text is still here.")),
    (coupons.PoolInvalid, lambda _f: _("These terms do not fit each other, or the code belongs to another pool.")),
    (coupons.CouponMalformed, lambda _f: _("A code has 4 to 40 letters and digits.")),
    (coupons.CouponsSoldOut, lambda _f: _("No code is left in this pool. Import some first.")),
    (coupons.CouponNotAvailable, lambda _f: _("The pool is not live: start it first.")),
    (activities.ReturnDecided, lambda _f: _("This return was settled already; that stands.")),
    (activities.OrderNotCancelled, lambda _f: _("Only an order of which everything came back can be reinstated.")),
    (activities.AlreadyRefunded, lambda _f: _("Nothing of this order is left to return.")),
    (activities.RefundExceedsPurchase, lambda _f: _("More comes back than is left of this order.")),
    (activities.QuantityOutOfRange, lambda _f: _("More comes back than is left of this line.")),
    (activities.AmountOutOfRange, lambda _f: _("This amount is not taken here.")),
    (activities.InvalidText, lambda _f: _("A text holds characters that cannot be stored, or is too long.")),
    (activities.EventConflict, lambda _f: _("This was already sent with other content; the first one stands.")),
    (earning.EffectivePast, lambda _f: _("A rule changes from now on or later, never what already happened.")),
    (earning.RuleRetired, lambda _f: _("This rule was retired for good. Make a new one.")),
    (campaigns.CampaignInvalid, _campaign),
    (campaigns.CampaignState, lambda _f: _("Where this campaign stands, that cannot be done with it.")),
    (campaigns.CampaignPaused, lambda _f: _("This campaign does not run now.")),
    (campaigns.BudgetExhausted, lambda _f: _("The budget of this campaign is used up: raise it first.")),
    (campaigns.ReviewNeeded, lambda _f: _("You submitted this yourself: a second person must launch it.")),
    (earning.RuleInvalid, lambda _f: _("These figures do not make a rule: look at the rate and the factor.")),
    (challenges.ChallengeInvalid, lambda _f: _("A challenge needs a name, rising milestones and a prize at the goal.")),
    (challenges.ChallengeFixed, lambda _f: _("Members already play for it: end this one and begin another.")),
    (experiences.ExperienceInvalid, lambda _f: _("It needs a name and seats, and cannot end before it starts.")),
    (experiences.ExperienceFixed, lambda _f: _("It is over, or more seats are taken than would be there.")),
    (experiences.NotInvited, _not_invited),
    (experiences.TicketUnknown, lambda _f: _("No seat has this ticket; perhaps the member signed up again since.")),
    (experiences.NoSeat, lambda _f: _("No: the seat was given back or waits, or the doors are not open.")),
    (referrals.SchemeInvalid, lambda _f: _("One side must get points; a link begins with https:// and holds {code}.")),
    (referrals.ReferralDecided, lambda _f: _("Somebody else decided this already; that stands.")),
    (tiers.LadderTermsInvalid, _tier_terms),
    (tiers.NoticeTooShort, _notice_too_short),
    (tiers.LadderChanged, lambda _f: _("Somebody else changed these tiers meanwhile. Look at them again.")),
    (flows.TierReached, lambda _f: _("The member reached a higher tier; it stays until its review.")),
    (flows.TierNotGiven, lambda _f: _("Choose a tier and a day within five years.")),
    (tiers.LadderInvalid, lambda _f: _("The lowest tier starts at 0, and each tier needs more than the one below.")),
    (programs.ProgramInvalid, lambda _f: _("This currency, time zone or language is not known.")),
)
