"""The value lint of what is in force, with a rule or a campaign added that is not yet."""

from collections.abc import Sequence
from datetime import datetime

from regulars.analytics import value
from regulars.kit.db import Conn
from regulars.program import earning

from .plan import Plan
from .save_rule import RuleWanted, checked_rule


def lint_value(
    conn: Conn,
    plan: Plan,
    *,
    at: datetime,
    campaign_id: int | None = None,
    rules: Sequence[earning.Rule] = (),
) -> list[value.Finding]:
    """What the rules in force are worth to members, with those of a campaign as if it ran, and with drafts in place of
    the versions there are. Nothing is written.
    """
    today = plan.program.local_date(at)
    drafts = {rule.rule_id: rule for rule in rules if rule.rule_id}
    running = {one.campaign_id for one in plan.launched if one.is_running(today)} | {campaign_id}
    meant = [
        rule
        for rule in (drafts.get(rule.rule_id, rule) for rule in plan.rules)
        if rule.is_live
        and (rule.campaign_id is None or rule.campaign_id in running)
        and (rule.campaign_id == campaign_id is not None or rule.in_force(today))
        and rule.wallet_id in (None, plan.wallet.wallet_id)
    ]
    meant += [rule for rule in rules if not rule.rule_id]
    promised = value.promise(
        conn, plan.program.program_id, meant, plan.wallet, currency=plan.program.currency, today=today
    )
    return value.lint(promised, value.habits(conn, plan.program.program_id, promised, today=today))


def lint_draft(
    conn: Conn, plan: Plan, wanted: RuleWanted, *, by: str, at: datetime, rule_id: int = 0
) -> list[value.Finding]:
    """The same once a rule that is not saved is in force: a new one, or another version of `rule_id`.

    Raises:
        RuleInvalid, UnknownEventType: it makes no rule.
    """
    rule = checked_rule(conn, plan, wanted, by=by, at=at, rule_id=rule_id)
    return lint_value(conn, plan, at=at, campaign_id=rule.campaign_id, rules=[rule])
