"""Why a reward is not given, changed, handed out or undone."""

from regulars.kit.errors import Kind, Refusal


class RewardNotFound(Refusal):
    """There is no such reward."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class RewardNotAvailable(Refusal):
    """Not now, not here, or not for this member. Facts: reason (not-live, not-started, ended, tier, store, audience,
    campaign, campaign-audience, drawn), and for an audience `for_whom` by language."""

    kind = Kind.CONFLICT
    code = "reward-not-available"


class RewardSoldOut(Refusal):
    """No unit is left."""

    kind = Kind.CONFLICT
    code = "reward-sold-out"


class RedemptionLimitReached(Refusal):
    """The member has had as many as one may. Facts: limit, resets_at."""

    kind = Kind.CONFLICT
    code = "redemption-limit-reached"


class PriceChanged(Refusal):
    """The price rose since it was shown. Facts: old, new."""

    kind = Kind.CONFLICT
    code = "price-changed"


class RedemptionQuantityOutOfRange(Refusal):
    """A redemption is of 1 to 100 units."""

    code = "quantity-out-of-range"


class AlreadyFulfilled(Refusal):
    """It was handed out or sent: it cannot be undone."""

    kind = Kind.CONFLICT
    code = "already-fulfilled"


class AlreadyUndone(Refusal):
    """It was undone: it cannot be handed out."""

    kind = Kind.CONFLICT
    code = "already-decided"


class RewardUsed(Refusal):
    """What it gave was used: it cannot be taken back. Facts: missing, in minor units."""

    kind = Kind.CONFLICT
    code = "reward-used"


class RedemptionNotFound(Refusal):
    """There is no such redemption."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class RewardInvalid(Refusal):
    """A reward's fields make no sense together."""


class RewardChanged(Refusal):
    """Somebody else changed the reward since it was read. Facts: version."""

    kind = Kind.CONFLICT
    code = "reward-changed"


class PictureUnusable(Refusal):
    """No PNG, JPEG or WebP, or too large."""

    code = "picture-unusable"


class AlreadyDrawn(Refusal):
    """The draw was made; its winners stand."""

    kind = Kind.CONFLICT
    code = "already-decided"


class DrawNotOpen(Refusal):
    """The sweepstake still takes entries, has none, or is no sweepstake. Facts: reason."""

    kind = Kind.CONFLICT
    code = "draw-not-possible"
