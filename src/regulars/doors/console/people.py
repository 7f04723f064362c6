"""How members are shown wherever they are named: title, masked identifiers, status, tier."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console import permissions
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import Tone, badge
from regulars.program import tiers
from regulars.records import ledger, members

Kind = members.IdentifierKind
_TONES = {
    "gray": Tone.CALM,
    "azure": Tone.INFO,
    "yellow": Tone.GOLD,
    "green": Tone.GOOD,
    "red": Tone.BAD,
    "teal": Tone.ACCENT,
}
COLORS = tuple(_TONES)
"""The colors a tier can have."""


def title_of(member: members.Member) -> str:
    """What a member is called on screens: their name, else the shop's id, else that they have none."""
    if not permissions.SEES_NAMES.get():
        return _("A member")
    return member.name or member.external_id or _("Member without a name")


def link_to(member_id: UUID, name: str) -> SafeString:
    """A member's name that leads to their page."""
    return format_html('<a href="{}">{}</a>', reverse("members_show", args=[member_id]), name)


def hint_of(member: members.Member) -> str:
    """What tells two members of one name apart: the masked phone, else another identifier."""
    if not permissions.SEES_NAMES.get():
        return ""
    order = (Kind.PHONE, Kind.CARD, Kind.EMAIL, Kind.EXTERNAL)
    return next((mask(one) for kind in order for one in member.identifiers if one.kind is kind), "")


def mask(identifier: members.Identifier) -> str:
    """An identifier with its middle hidden; the shop's own id is shown whole."""
    if identifier.kind is Kind.PHONE:
        return write.masked_phone(identifier.value)
    return members.mask(identifier)


def initial_of(member: members.Member) -> str:
    """One letter for the round mark."""
    return title_of(member)[:1].upper()


def status_badge(status: members.Status) -> SafeString:
    """Whether a member takes part, in words."""
    match status:
        case members.Status.ACTIVE:
            return badge(_("Active"), "good")
        case members.Status.FROZEN:
            return badge(_("Frozen"), "warn")
        case members.Status.ERASED:
            return badge(_("Erased"))
        case members.Status.MERGED:
            return badge(_("Merged"))


def owners(desk: Desk, account_ids: Sequence[UUID]) -> dict[UUID, members.Member]:
    """Whose these accounts are; of a household, the member who was there first. One that was dissolved has nobody."""
    found = members.several(desk.conn, desk.program_id, account_ids)
    for account_id in set(account_ids) - found.keys():
        household = members.households.get(desk.conn, desk.program_id, account_id)
        if household.member_ids:
            found[account_id] = members.get(desk.conn, desk.program_id, household.member_ids[0])
    return found


def account_of(desk: Desk, member_id: UUID) -> UUID:
    """The account that keeps a member's points: mostly their own."""
    return members.accounts(desk.conn, [member_id])[member_id]


def balances(desk: Desk, member_ids: Sequence[UUID]) -> dict[UUID, ledger.Balance]:
    """What each of these members can use: their own, or their household's."""
    keeps = members.accounts(desk.conn, member_ids)
    found = ledger.balances(desk.conn, list(set(keeps.values())), wallet=desk.plan.wallet, today=desk.today)
    return {member_id: found[keeps[member_id]] for member_id in member_ids}


def tier_badge(desk: Desk, tier: tiers.Tier) -> SafeString:
    """The tier's name in its color."""
    return badge(desk.say(tier.name), _TONES.get(tier.color, Tone.CALM))


def tier_of(desk: Desk, member_ids: Sequence[UUID]) -> dict[UUID, tiers.Tier]:
    """The tier each of these members has."""
    held = tiers.holdings(desk.conn, member_ids)
    lowest = desk.plan.ladder.tiers[0]
    return {
        member_id: desk.plan.ladder.tier(held[member_id].tier_id) if member_id in held else lowest
        for member_id in member_ids
    }


def counted(desk: Desk, amount: int, ladder: tiers.Ladder | None = None) -> str:
    """What counts towards tiers, in the unit of the ladder; of the main one when none is given."""
    match (ladder or desk.plan.ladder).metric:
        case tiers.Metric.SPEND:
            return desk.amount(amount, whole=amount % 100 == 0)
        case tiers.Metric.POINTS:
            return _("%(count)s points") % {"count": write.number(amount)}
        case tiers.Metric.STATUS:
            return _("%(count)s status points") % {"count": write.number(amount)}
        case tiers.Metric.SEGMENT:
            return _("rank %(count)s") % {"count": write.number(amount)}
        case tiers.Metric.ORDERS:
            return _("%(count)s orders") % {"count": write.number(amount)}


def kind_name(kind: members.IdentifierKind) -> str:
    """The name of a sort of identifier."""
    return {
        members.IdentifierKind.EXTERNAL: _("Shop's id"),
        members.IdentifierKind.PHONE: _("Phone"),
        members.IdentifierKind.EMAIL: _("E-mail"),
        members.IdentifierKind.CARD: _("Card"),
    }[kind]


def named(desk: Desk, text: str) -> UUID | None:
    """The one member a text names: by our id, or by whatever kind of identifier it can be read as."""
    try:
        return members.get(desk.conn, desk.program_id, UUID(text)).member_id
    except (ValueError, members.MemberNotFound):
        known = members.find(desk.conn, desk.program_id, list(_readings(text)))
        return next(iter(known.values()), None)


def _readings(text: str) -> Iterator[members.Identifier]:
    """What the text may be: any kind of identifier it can be read as."""
    for kind in members.IdentifierKind:
        try:
            yield members.normal(kind, text)
        except members.IdentifierInvalid:
            continue
