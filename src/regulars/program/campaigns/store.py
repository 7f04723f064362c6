"""The only code that touches campaigns, their history and the program's policy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.kit import money, sql
from regulars.kit.db import Conn
from regulars.records import access

from .model import Campaign, CampaignNotFound, Change, Policy, ReviewNeeded, State, Terms
from .rules import budgets_of, check, check_change, check_code, check_move

SQL = sql.load("regulars.program.campaigns")
_MICROS = 1_000_000


def every(conn: Conn, program_id: int) -> list[Campaign]:
    """All campaigns of a program, oldest first."""
    return [_campaign(program_id, row) for row in conn.execute(SQL["select_campaigns"], {"program_id": program_id})]


def launched(conn: Conn, program_id: int) -> tuple[list[Campaign], Policy]:
    """The campaigns that orders of some day may need, and the program's policy: one read."""
    rows = conn.execute(SQL["select_launched"], {"program_id": program_id}).fetchall()
    policy = Policy()
    if rows and rows[0][8] is not None:
        policy = Policy(holdout_percent=rows[0][8], needs_second_person=rows[0][9])
    return [_campaign(program_id, row) for row in rows], policy


def get(conn: Conn, program_id: int, campaign_id: int, *, locks: bool = False) -> Campaign:
    """One campaign; `locks`: nobody else changes it until the end of the transaction.

    Raises:
        CampaignNotFound: there is none with this number.
    """
    if locks:
        row = conn.execute(SQL["lock_campaign"], {"program_id": program_id, "campaign_id": campaign_id}).fetchone()
        found = _campaign(program_id, row) if row else None
    else:
        found = next((c for c in every(conn, program_id) if c.campaign_id == campaign_id), None)
    if found is None:
        raise CampaignNotFound("There is no such campaign.")
    return found


def find(conn: Conn, program_id: int, code: str) -> Campaign:
    """The campaign with a code.

    Raises:
        CampaignNotFound: there is none.
    """
    found = next((c for c in every(conn, program_id) if c.code == code), None)
    if found is None:
        raise CampaignNotFound("There is no such campaign.")
    return found


def draft(
    conn: Conn, program_id: int, code: str, terms: Terms, *, by: access.Actor, at: datetime, note: str = ""
) -> Campaign:
    """A new campaign in draft, under a code that is free.

    Raises:
        CampaignInvalid: the terms make no sense.
    """
    check(terms)
    check_code(code)
    row = conn.execute(
        SQL["insert_campaign"], {"program_id": program_id, "code": code, "terms": _encoded(terms), "created_at": at}
    ).fetchone()
    assert row is not None
    made = Campaign(program_id=program_id, campaign_id=row[0], code=code, state=State.DRAFT, terms=terms, created_at=at)
    _note(conn, made, "created", by=by, at=at, note=note, after=terms)
    return made


def change(
    conn: Conn,
    program_id: int,
    campaign_id: int,
    terms: Terms,
    *,
    currency: str,
    by: access.Actor,
    at: datetime,
    note: str = "",
) -> Campaign:
    """New terms; what was reviewed is a draft again. The same terms change nothing.

    Raises:
        CampaignNotFound, CampaignInvalid: as they say.
        CampaignState: it has ended, or this cannot change after the launch.
    """
    conn.execute(SQL["lock_budgets"], {"program_id": program_id, "campaign_id": campaign_id})  # as batches lock them
    before = get(conn, program_id, campaign_id, locks=True)
    check_change(before, terms)
    if terms == before.terms:
        return before
    conn.execute(SQL["update_terms"], {"program_id": program_id, "campaign_id": campaign_id, "terms": _encoded(terms)})
    after = replace(before, terms=terms)
    if before.state is State.REVIEW:
        after = replace(after, state=State.DRAFT, submitted_by=None)
        _update_state(conn, after)
    if before.launched_on is not None:
        write_budgets(conn, after, currency=currency)
    _note(conn, after, "changed", by=by, at=at, note=note, from_state=before.state, before=before.terms, after=terms)
    return after


def undo(
    conn: Conn, program_id: int, campaign_id: int, change_no: int, *, currency: str, by: access.Actor, at: datetime
) -> Campaign:
    """Give a campaign the terms it had before a change, by a change of its own.

    Raises:
        CampaignNotFound: there is no such campaign, or no such change of terms.
        CampaignInvalid, CampaignState: as for every change.
    """
    found = next((c for c in changes(conn, program_id, campaign_id) if c.change_no == change_no), None)
    if found is None or found.before is None:
        raise CampaignNotFound("There is no such change of terms.")
    return change(
        conn, program_id, campaign_id, found.before, currency=currency, by=by, at=at, note=f"undoes {change_no}"
    )


def move(
    conn: Conn, program_id: int, campaign_id: int, to: State, *, by: access.Actor, at: datetime, today: date, note: str
) -> tuple[Campaign, bool]:
    """Let a campaign take its next step; answers how it stands, and whether it was the first launch.

    A state it is in already changes nothing.

    Raises:
        CampaignNotFound, CampaignState, CampaignInvalid: as `rules.check_move`.
        ReviewNeeded: the program wants a second person, and this one submitted it.
    """
    before = get(conn, program_id, campaign_id, locks=True)
    if before.state is to:
        return before, False
    check_move(before, to, note)
    after = replace(before, state=to)
    if to is State.REVIEW:
        after = replace(after, submitted_by=by.person)
    elif to is State.DRAFT:
        after = replace(after, submitted_by=None)
    is_launch = to is State.LIVE and before.launched_on is None
    if is_launch:
        if policy(conn, program_id).needs_second_person and before.submitted_by == by.person:
            raise ReviewNeeded("Another person than the one who submitted this campaign has to launch it.")
        after = replace(after, launched_on=today)
    if to is State.ENDED:
        after = replace(after, ended_on=today)
    _update_state(conn, after)
    _note(conn, after, to.value, by=by, at=at, note=note, from_state=before.state)
    return after, is_launch


def stop(conn: Conn, program_id: int, campaign_id: int, *, at: datetime) -> bool:
    """Note that a live campaign's budget is used up; answers whether this call was the one that did."""
    row = conn.execute(SQL["stop_campaign"], {"program_id": program_id, "campaign_id": campaign_id}).fetchone()
    if row is None:
        return False
    nobody = access.Actor(kind=access.ActorKind.KEY, code="campaigns", name="", person="campaigns")
    _insert_change(
        conn, program_id, campaign_id, "stopped", by=nobody, at=at, note="budget-exhausted",
        from_state=State.LIVE, to_state=State.STOPPED, before=None, after=None,
    )  # fmt: skip
    return True


def write_budgets(conn: Conn, campaign: Campaign, *, currency: str) -> None:
    """Put the limits of a campaign where orders are held to them; what was spent stays spent."""
    wanted = budgets_of(campaign.terms)
    asked = {"program_id": campaign.program_id, "campaign_ids": [campaign.campaign_id]}
    kept = {row[1] for row in conn.execute(SQL["select_budgets"], asked)}
    unit = 10 ** money.exponent(currency)
    for store in sorted(wanted.keys() | kept):
        budget = wanted.get(store)
        most = budget.money_minor_max if budget else None
        conn.execute(
            SQL["upsert_budget"],
            {
                "campaign_id": campaign.campaign_id,
                "program_id": campaign.program_id,
                "store": store,
                "points_max": budget.points_max if budget else None,
                "micros_max": most * _MICROS // unit if most is not None else None,
                "grants_max": budget.grants_max if budget else None,
            },
        )


def changes(conn: Conn, program_id: int, campaign_id: int) -> list[Change]:
    """A campaign's history, newest first."""
    asked = {"program_id": program_id, "campaign_id": campaign_id}
    return [
        Change(
            change_no=row[0],
            what=row[1],
            changed_at=row[2],
            changed_by=row[3],
            changed_name=row[4],
            note=row[5],
            from_state=State(row[6]) if row[6] else None,
            to_state=State(row[7]),
            before=msgspec.convert(row[8], Terms) if row[8] else None,
            after=msgspec.convert(row[9], Terms) if row[9] else None,
        )
        for row in conn.execute(SQL["select_changes"], asked)
    ]


def policy(conn: Conn, program_id: int) -> Policy:
    """What the program wants of all campaigns."""
    row = conn.execute(SQL["select_policy"], {"program_id": program_id}).fetchone()
    return Policy(holdout_percent=row[0], needs_second_person=row[1]) if row else Policy()


def set_policy(conn: Conn, program_id: int, wanted: Policy) -> None:
    """Change what the program wants of all campaigns."""
    conn.execute(
        SQL["upsert_policy"],
        {
            "program_id": program_id,
            "holdout_percent": wanted.holdout_percent,
            "needs_second_person": wanted.needs_second_person,
        },
    )


def _update_state(conn: Conn, campaign: Campaign) -> None:
    conn.execute(
        SQL["update_state"],
        {
            "program_id": campaign.program_id,
            "campaign_id": campaign.campaign_id,
            "state": campaign.state.value,
            "submitted_by": campaign.submitted_by,
            "launched_on": campaign.launched_on,
            "ended_on": campaign.ended_on,
        },
    )


def _note(
    conn: Conn,
    campaign: Campaign,
    what: str,
    *,
    by: access.Actor,
    at: datetime,
    note: str,
    from_state: State | None = None,
    before: Terms | None = None,
    after: Terms | None = None,
) -> None:
    _insert_change(
        conn, campaign.program_id, campaign.campaign_id, what, by=by, at=at, note=note, from_state=from_state,
        to_state=campaign.state, before=before, after=after,
    )  # fmt: skip


def note_line(conn: Conn, campaign: Campaign, what: str, *, by: access.Actor, at: datetime, note: str) -> None:
    """Note in a campaign's history what happened to one of its stop-loss lines."""
    _note(conn, campaign, what, by=by, at=at, note=note, from_state=campaign.state)


def _insert_change(
    conn: Conn,
    program_id: int,
    campaign_id: int,
    what: str,
    *,
    by: access.Actor,
    at: datetime,
    note: str,
    from_state: State | None,
    to_state: State,
    before: Terms | None,
    after: Terms | None,
) -> None:
    row: Mapping[str, Any] = {
        "program_id": program_id,
        "campaign_id": campaign_id,
        "what": what,
        "changed_at": at,
        "changed_by": by.code,
        "changed_name": by.name,
        "note": note,
        "from_state": from_state.value if from_state else None,
        "to_state": to_state.value,
        "before": _encoded(before) if before else None,
        "after": _encoded(after) if after else None,
    }
    conn.execute(SQL["insert_change"], row)


def _encoded(terms: Terms) -> str:
    return msgspec.json.encode(terms).decode()


def _campaign(program_id: int, row: Sequence[Any]) -> Campaign:
    return Campaign(
        program_id=program_id,
        campaign_id=row[0],
        state=State(row[1]),
        terms=msgspec.convert(row[2], Terms),
        created_at=row[3],
        submitted_by=row[4],
        launched_on=row[5],
        ended_on=row[6],
        code=row[7],
    )
