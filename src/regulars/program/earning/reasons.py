"""What is stored with points, so that they can be explained for ever."""

from typing import Any

from .model import Part, Rule


def part(rule: Rule, code: str, points: int, **about: Any) -> Part | None:
    """Points from a rule and why; None when there are none."""
    if points <= 0:
        return None
    named = {"code": code, "rule": rule.rule_id, "version": rule.version, "label": rule.said}
    return Part(points, {**named, **about, "points": points})
