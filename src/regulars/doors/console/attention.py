"""What needs a decision today: each with its meaning in numbers and the button that leads to it."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars import flows
from regulars.analytics import metrics
from regulars.audience import segments
from regulars.doors.console import campaign_words, permissions
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import Attention, Tone
from regulars.program import campaigns, guard, referrals, rewards, tiers
from regulars.records import activities, ledger

ENDING_DAYS = 30
USAGE_DAYS = 90
_SEEN_MAX = 200


def items(desk: Desk) -> list[Attention]:
    """Everything that waits for a person, most urgent first."""
    found = [
        *_approvals(desk),
        *_to_hand_out(desk),
        *_suspects(desk),
        *_waiting(desk),
        *_points(desk),
        *_falling(desk),
        *_cases(desk),
        *_referrals(desk),
        *_campaigns(desk),
        *_segments(desk),
        *_usage(desk),
        *_low_stock(desk),
    ]
    return [one for one in found if permissions.may_open(desk.request.user, one.href)]


def _count(count: int) -> str:
    return f"{write.number(_SEEN_MAX)}+" if count >= _SEEN_MAX else write.number(count)


def _to_hand_out(desk: Desk) -> Iterator[Attention]:
    queue = rewards.redemptions(desk.conn, desk.program_id, limit=_SEEN_MAX, states=rewards.OPEN)
    if queue:
        yield Attention(
            title=ngettext(
                "%(count)s redeemed reward waits to be handed out", "%(count)s redeemed rewards wait to be handed out",
                len(queue),
            ) % {"count": _count(len(queue))},
            text=_("The oldest was redeemed on %(day)s.") % {"day": desk.local_day(queue[-1].redeemed_at)},
            action=_("Hand out"),
            href=reverse("rewards_queue"),
            tone=Tone.ACCENT,
            icon="gift",
        )  # fmt: skip


def _approvals(desk: Desk) -> Iterator[Attention]:
    count, since = ledger.adjustments.waiting(desk.conn, wallet_ids=desk.plan.wallets)
    if since is not None:
        yield Attention(
            title=ngettext(
                "%(count)s adjustment waits for a second person", "%(count)s adjustments wait for a second person",
                count,
            ) % {"count": write.number(count)},
            text=_("The oldest was asked for on %(day)s. Until somebody decides, no points move.")
            % {"day": desk.local_day(since)},
            action=_("Decide"),
            href=reverse("approvals"),
            icon="badge-check",
        )  # fmt: skip


def _cases(desk: Desk) -> Iterator[Attention]:
    found = guard.cases(desk.conn, desk.program_id, limit=_SEEN_MAX, state=guard.State.OPEN)
    stopped = sum(one.verdict is not guard.Verdict.NOTE for one in found)
    if found:
        yield Attention(
            title=ngettext("%(count)s case of the guard is open", "%(count)s cases of the guard are open", len(found))
            % {"count": _count(len(found))},
            text=_("%(count)s of these members cannot spend until somebody decides.")
            % {"count": write.number(stopped)},
            action=_("Decide"),
            href=reverse("fraud"),
            tone=Tone.WARN if stopped else Tone.ACCENT,
            icon="shield-alert",
        )


def _suspects(desk: Desk) -> Iterator[Attention]:
    pairs = activities.suspects(desk.conn, limit=_SEEN_MAX)
    if pairs:
        yield Attention(
            title=ngettext(
                "%(count)s order looks like a duplicate", "%(count)s orders look like duplicates", len(pairs)
            ) % {"count": _count(len(pairs))},
            text=_("Same store, till, receipt, total and day under two ids. Both earned points until you decide."),
            action=_("Decide"),
            href=reverse("waiting"),
            icon="copy",
        )  # fmt: skip


def _waiting(desk: Desk) -> Iterator[Attention]:
    waiting = activities.waiting(desk.conn, desk.program_id, limit=_SEEN_MAX)
    returns = sum(1 for parked in waiting if parked.kind == "return")
    orders = sum(1 for parked in waiting if parked.kind == "order")
    events = sum(1 for parked in waiting if parked.kind == "event")
    completions = len(waiting) - returns - orders - events
    if returns:
        yield Attention(
            title=ngettext(
                "%(count)s return waits for its order", "%(count)s returns wait for their orders", returns
            ) % {"count": _count(returns)},
            text=_("It is carried out by itself when the order comes. If the order never comes, look into it."),
            action=_("Look"),
            href=reverse("waiting"),
            icon="undo-2",
        )  # fmt: skip
    if orders:
        yield Attention(
            title=ngettext(
                "%(count)s order waits for its member", "%(count)s orders wait for their members", orders
            ) % {"count": _count(orders)},
            text=_("Enroll the person and the order earns points at once."),
            action=_("Look"),
            href=reverse("waiting"),
            icon="user-plus",
        )  # fmt: skip
    if events:
        yield Attention(
            title=ngettext(
                "%(count)s event waits for its member", "%(count)s events wait for their members", events
            ) % {"count": _count(events)},
            text=_("Enroll the person and what they did is recorded at once."),
            action=_("Look"),
            href=reverse("waiting"),
            icon="user-plus",
        )  # fmt: skip
    if completions:
        yield Attention(
            title=ngettext(
                "%(count)s completion waits for its order", "%(count)s completions wait for their orders", completions
            ) % {"count": _count(completions)},
            text=_("Its points become usable by themselves when the order comes."),
            action=_("Look"),
            href=reverse("waiting"),
            icon="clock",
        )  # fmt: skip


def _points(desk: Desk) -> Iterator[Attention]:
    soon = desk.today + timedelta(days=ENDING_DAYS)
    owed = ledger.outstanding(desk.conn, wallet=desk.plan.wallet, today=desk.today, soon=soon)
    if owed["ending"]:
        yield Attention(
            title=ngettext(
                "%(count)s member loses points within 30 days", "%(count)s members lose points within 30 days",
                owed["ending_members"],
            ) % {"count": write.number(owed["ending_members"])},
            text=_("%(points)s points worth %(amount)s. A reminder brings people back before they end.")
            % {"points": write.number(owed["ending"]), "amount": desk.worth(owed["ending"])},
            action=_("See who"),
            href=f"{reverse('members')}?show=ending",
            tone=Tone.INFO,
            icon="clock",
        )  # fmt: skip
    if owed["owing_members"]:
        yield Attention(
            title=ngettext(
                "%(count)s member owes points", "%(count)s members owe points", owed["owing_members"]
            ) % {"count": write.number(owed["owing_members"])},
            text=_("%(points)s points were spent before their order came back. The next points pay them back.")
            % {"points": write.number(owed["debt"])},
            action=_("See who"),
            href=f"{reverse('members')}?show=owing",
            tone=Tone.INFO,
            icon="undo-2",
        )  # fmt: skip


def _falling(desk: Desk) -> Iterator[Attention]:
    count = tiers.falling(desk.conn, desk.program_id)
    if count:
        yield Attention(
            title=ngettext(
                "%(count)s member was told that their tier ends", "%(count)s members were told that their tier ends",
                count,
            ) % {"count": write.number(count)},
            text=_("What they were told says what is missing. A reason to come back keeps them."),
            action=_("Look"),
            href=reverse("tiers"),
            tone=Tone.INFO,
            icon="crown",
        )  # fmt: skip


def _campaigns(desk: Desk) -> Iterator[Attention]:
    """Campaigns that a line or their budget stopped, those that wait for a review, and warnings that stand."""
    warned = {
        line.campaign_id
        for line in campaigns.lines(desk.conn, desk.program_id)
        if line.fired_at and line.is_on and line.terms.action == "warn"
    }
    titles = {
        campaigns.State.PAUSED: _("“%(name)s” is paused"),
        campaigns.State.STOPPED: _("“%(name)s” has used up its budget"),
        campaigns.State.REVIEW: _("“%(name)s” waits for its review"),
    }
    for one in campaigns.every(desk.conn, desk.program_id):
        yield from _stale(desk, one)
        is_warned = one.state is campaigns.State.LIVE and one.campaign_id in warned
        title = _("“%(name)s” crossed a stop-loss line") if is_warned else titles.get(one.state)
        if title is None:
            continue
        last = campaigns.changes(desk.conn, desk.program_id, one.campaign_id)[0]
        yield Attention(
            title=title % {"name": desk.say(one.terms.name)},
            text=campaign_words.note(desk, last) or campaign_words.change(last),
            action=_("Review"),
            href=reverse("campaigns_show", args=[one.campaign_id]),
            tone=Tone.BAD if one.state is campaigns.State.PAUSED else Tone.WARN,
            icon="octagon-alert" if one.state is campaigns.State.PAUSED else "megaphone",
        )


def _stale(desk: Desk, one: campaigns.Campaign) -> Iterator[Attention]:
    """A campaign whose audience cannot be found again."""
    if one.state in (campaigns.State.LIVE, campaigns.State.PAUSED) and flows.has_stale_audience(desk.plan, one.terms):
        yield Attention(
            title=_("The audience of “%(name)s” names something that is gone") % {"name": desk.say(one.terms.name)},
            text=_("Who is in it stays, and nobody comes in. End the campaign and begin another with a new audience."),
            action=_("Look"),
            href=reverse("campaigns_show", args=[one.campaign_id]),
            icon="funnel",
        )


def _segments(desk: Desk) -> Iterator[Attention]:
    """Segments that cannot be found again."""
    for one in segments.every(desk.conn, desk.program_id):
        if one.problem and not one.is_archived:
            yield Attention(
                title=_("The segment “%(name)s” names something that is gone") % {"name": desk.say(one.name)},
                text=_("Who is in it stays, and nobody comes in until its condition is edited."),
                action=_("Edit"),
                href=reverse("segments_edit", args=[one.code]),
                icon="funnel",
            )


def _referrals(desk: Desk) -> Iterator[Attention]:
    count = len(referrals.listed(desk.conn, desk.program_id, limit=_SEEN_MAX, review=referrals.Review.WAITS))
    if count:
        yield Attention(
            title=ngettext("%(count)s referral waits for a person", "%(count)s referrals wait for a person", count)
            % {"count": _count(count)},
            text=_("Two people share a phone, a device or a card. Nobody is paid until you decide."),
            action=_("Decide"),
            href=reverse("referrals"),
            icon="share-2",
        )


def _usage(desk: Desk) -> Iterator[Attention]:
    totals = ledger.day_totals(
        desk.conn, wallet=desk.plan.wallet, from_on=desk.today - timedelta(days=USAGE_DAYS - 1), to_on=desk.today
    )
    issued = sum(total.issued_points for total in totals)
    redeemed = sum(t.redeemed_points for t in totals)
    if metrics.is_usage_low(issued, redeemed):
        ratio = metrics.usage_ratio(issued, redeemed) or 0
        yield Attention(
            title=_("Only %(ratio)s of the points are used") % {"ratio": write.percent(ratio, digits=0)},
            text=_(
                "In the last %(days)s days members redeemed %(redeemed)s of %(issued)s issued points. Below 50%% the "
                "rewards are too dear, too few or unknown: add one that most members can afford."
            ) % {"days": USAGE_DAYS, "redeemed": write.number(redeemed), "issued": write.number(issued)},
            action=_("Improve rewards"),
            href=reverse("rewards"),
            icon="chart-line",
        )  # fmt: skip


def _low_stock(desk: Desk) -> Iterator[Attention]:
    low = [reward for reward in rewards.catalogue(desk.conn, desk.program_id) if reward.is_low]
    if low:
        left = [f"{desk.say(reward.name)} ({write.number(reward.units_left or 0)})" for reward in low]
        yield Attention(
            title=ngettext(
                "%(count)s reward is nearly or wholly gone", "%(count)s rewards are nearly or wholly gone", len(low)
            ) % {"count": write.number(len(low))},
            text=_("Units left: %(rewards)s") % {"rewards": _(", ").join(left)},
            action=_("Restock"),
            href=reverse("rewards_show", args=[low[0].reward_id]) if len(low) == 1 else reverse("rewards"),
            icon="gift",
        )  # fmt: skip
