"""What purposes, channels, classes and fates are called."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.kit.personal import Fate, Privacy
from regulars.records import privacy

PURPOSES: dict[privacy.Purpose, tuple[str | Promise, str | Promise]] = {
    privacy.Purpose.SERVICE: (_("Service messages"), _("About orders, points and the membership.")),
    privacy.Purpose.MARKETING: (_("Marketing"), _("Offers and news, by the channels chosen.")),
    privacy.Purpose.PROFILING: (_("Profiling"), _("Being sorted into segments by what one buys.")),
    privacy.Purpose.PERSONALIZATION: (_("Personalization"), _("Offers and recommendations made for one person.")),
    privacy.Purpose.SHARING: (_("Sharing"), _("Passing data on to partners.")),
}
"""Name and what it means."""
CHANNELS: dict[privacy.Channel, str | Promise] = {
    privacy.Channel.NONE: "",
    privacy.Channel.EMAIL: _("E-mail"),
    privacy.Channel.SMS: _("SMS"),
    privacy.Channel.PUSH: _("Push"),
    privacy.Channel.WECHAT: _("WeChat"),
    privacy.Channel.PHONE: _("Phone call"),
    privacy.Channel.POST: _("Post"),
}
REASONS: dict[str, str | Promise] = {
    "open-hold": _("points are set aside for a basket or a return"),
    "debt": _("points are owed"),
    "open-redemption": _("a reward is not handed out yet"),
    "household": _("the points are in a household's account"),
}
"""What stands against forgetting a member."""
KEPT_FOR: dict[str, str | Promise] = {
    "membership": _("Membership"),
    "books": _("Books of points"),
    "engagement": _("Offers and games"),
    "fraud": _("Protection against abuse"),
    "service": _("Service"),
    "consent": _("Proof of consent"),
}
CLASSES: dict[Privacy, str | Promise] = {
    Privacy.PSEUDONYM: _("An id that names nobody"),
    Privacy.DEED: _("What somebody did"),
    Privacy.IDENTITY: _("Who somebody is"),
}
FATES: dict[Fate, str | Promise] = {
    Fate.DELETED: _("Deleted"),
    Fate.CLEARED: _("Emptied"),
    Fate.KEPT: _("Kept without a name"),
}


def name_of(purpose: privacy.Purpose, channel: privacy.Channel) -> str:
    """A purpose with its channel."""
    name = str(PURPOSES[purpose][0])
    return f"{name} · {CHANNELS[channel]}" if channel.value else name


def reasons(found: Iterable[str]) -> str:
    """What stands against it, in one line."""
    return str(_(", ")).join(str(REASONS.get(one, one)) for one in found)
