"""Every minute: look at the lines of campaigns that run, and pause those that went too far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulars.analytics import effects
from regulars.kit.db import Conn
from regulars.program import campaigns, coupons
from regulars.records import access

from . import changes
from .plan import Plan
from .run_campaign import tell

LINE = access.Actor(kind=access.ActorKind.KEY, code="stop-line", name="", person="stop-line")
"""Who pauses a campaign when one of its lines does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a line said."""

    line: campaigns.StopLine
    reading: campaigns.Reading
    verdict: campaigns.Verdict


def watch_campaigns(
    conn: Conn, plan: Plan, *, at: datetime, campaign_id: int | None = None, line_id: int | None = None
) -> list[Watched]:
    """Look at every line of the campaigns that are live (or of one of them, or at one line of it), as of now.

    A line that fires pauses its campaign at once, or leaves a warning; it is noted in the campaign's history.
    """
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    policy = campaigns.policy(conn, program_id)
    running = {one.campaign_id: one for one in campaigns.every(conn, program_id) if one.state is campaigns.State.LIVE}
    found = []
    for line in campaigns.lines(conn, program_id, campaign_id):
        campaign = running.get(line.campaign_id)
        is_asked = line_id in (None, line.line_id) and line.is_on
        if campaign is None or campaign.begins_on is None or not is_asked:
            continue
        [reading] = _readings(conn, plan, campaign, policy, line.terms, [today])
        verdict = campaigns.judge(
            line.terms, reading, begins_on=campaign.begins_on, has_fired=line.fired_at is not None
        )
        campaigns.note_watched(conn, program_id, line, reading, verdict, at=at)
        if verdict is campaigns.Verdict.FIRES:
            _act(conn, plan, line, reading, at=at)
        found.append(Watched(line=line, reading=reading, verdict=verdict))
    return found


def _act(conn: Conn, plan: Plan, line: campaigns.StopLine, reading: campaigns.Reading, *, at: datetime) -> None:
    program_id = plan.program.program_id
    coupons.hold_back(conn, program_id, line.campaign_id)
    campaign = campaigns.get(conn, program_id, line.campaign_id, locks=True)
    note = f"{line.terms.metric} {reading.value:.1f} of {line.terms.threshold}, sample {reading.sample}"
    if line.terms.action == "pause" and campaign.state is campaigns.State.LIVE:
        today = plan.program.local_date(at)
        paused, _ = campaigns.move(
            conn, program_id, line.campaign_id, campaigns.State.PAUSED, by=LINE, at=at, today=today, note=note
        )
        tell(conn, plan, paused, reason=note, at=at)
    else:
        campaigns.note_line(conn, campaign, "warned", by=LINE, at=at, note=note)
        changes.note(conn, plan, "campaign.warned", None, at=at, campaign=campaign.code, reason=note)


def dry_run_line(
    conn: Conn, plan: Plan, campaign_id: int, terms: campaigns.LineTerms, *, at: datetime, days: int = 60
) -> list[tuple[campaigns.Reading, campaigns.Verdict]]:
    """What a line would have said of a campaign on each of the past days, today the last. Nothing is written.

    Raises:
        CampaignNotFound: there is none.
        CampaignInvalid: the line makes no sense.
    """
    campaigns.check_line(terms)
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    campaign = campaigns.get(conn, program_id, campaign_id)
    if campaign.begins_on is None:
        return []
    last = min(today, campaign.last_on)
    first = max(campaign.begins_on, last - timedelta(days=days - 1))
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    policy = campaigns.policy(conn, program_id)
    return campaigns.dry_run(terms, _readings(conn, plan, campaign, policy, terms, span), begins_on=campaign.begins_on)


def _readings(
    conn: Conn,
    plan: Plan,
    campaign: campaigns.Campaign,
    policy: campaigns.Policy,
    terms: campaigns.LineTerms,
    days: Sequence[date],
) -> list[campaigns.Reading]:
    return effects.readings(
        conn, campaign, policy, terms, days, currency=plan.program.currency, wallet_id=plan.wallet.wallet_id
    )
