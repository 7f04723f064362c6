"""A campaign from a template: its draft, its rules and its stop-loss lines in one step."""

from datetime import datetime, timedelta
from typing import Any

from regulars.audience import conditions
from regulars.kit import money
from regulars.kit.db import Conn
from regulars.program import campaigns
from regulars.records import access

from . import wording
from .plan import Plan
from .save_rule import RuleWanted, save_rule


def start_campaign(
    conn: Conn, plan: Plan, template: str, *, code: str = "", audience: str = "", by: access.Actor, at: datetime
) -> campaigns.Campaign:
    """A draft out of a template, with rules that give nothing until it is launched.

    `code` names it; left out, it is the template's with the next number. The same code again is answered with the
    campaign there is. `audience` is a condition (a segment's, say) in place of the template's.

    Raises:
        CampaignInvalid: there is no such template, or the code is none.
        RuleInvalid: the audience cannot be read (any more).
    """
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    found = campaigns.TEMPLATES.get(template)
    if found is None:
        raise campaigns.CampaignInvalid(f"Templates are {', '.join(campaigns.TEMPLATES)}.")
    every = campaigns.every(conn, program_id)
    if known := next((one for one in every if one.code == code), None):
        return known
    starts_on = today if found.begins == "today" else today + timedelta(days=(5 - today.weekday()) % 7)
    terms = campaigns.Terms(
        name=found.name,
        template=template,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=found.days - 1),
        audience_mode=found.audience_mode,
        budget=found.budget,
        goal=found.goal,
        **audience_terms(plan, audience or found.audience),
    )
    made = campaigns.draft(conn, program_id, code or _free(template, every), terms, by=by, at=at, note=template)
    for rule in found.rules:
        _add_rule(conn, plan, made, rule, by=by, at=at)
    for line in found.lines:
        campaigns.set_line(conn, program_id, made.campaign_id, line, by=by, at=at)
    return made


def audience_terms(plan: Plan, text: str) -> dict[str, Any]:
    """An audience written as text, as terms keep it; nothing for everybody.

    Raises:
        RuleInvalid: it cannot be read; the facts say where and what was probably meant.
    """
    if not text.strip():
        return {"audience": None, "audience_text": ""}
    condition = wording.parsed(plan, text, conditions.Scope.SEGMENT)
    return {"audience": condition.tree, "audience_text": condition.text}


def _free(template: str, every: list[campaigns.Campaign]) -> str:
    """The template's code with the first number nobody has."""
    taken, stem = {one.code for one in every}, template.replace("_", "-")
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _add_rule(
    conn: Conn,
    plan: Plan,
    campaign: campaigns.Campaign,
    rule: campaigns.TemplateRule,
    *,
    by: access.Actor,
    at: datetime,
) -> None:
    params = dict(rule.params)
    if rule.spend_units is not None:
        params["spend_minor"] = rule.spend_units * 10 ** money.exponent(plan.program.currency)
    wanted = RuleWanted(effect=rule.effect, label=rule.label, params=params, campaign_id=campaign.campaign_id)
    save_rule(conn, plan, wanted, by=by.name, at=at)
