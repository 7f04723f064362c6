"""The guard: whom its rules found, what they watch for, and what is decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import guard_words as words
from regulars.doors.console import paging, people, refusals
from regulars.doors.console.charts import Chart, Kind, Series
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Choice, Column, EmptyState, Facts, Row, Table
from regulars.kit.errors import Refusal
from regulars.program import guard

_LISTED = 100
_DAYS = 30


class RuleForm(forms.Form):
    """The numbers of a rule, what follows, and whether it acts."""

    def __init__(self, desk: Desk, type: str, data: Mapping[str, Any] | None, before: guard.Rule | None) -> None:
        kind = guard.TYPES[type]
        start: dict[str, Any] = {n: default for n, (default, _least, _most) in kind.PARAMS.items()}
        start |= {"mode": "watch", "verdict": "hold"}
        if before is not None:
            start |= {**before.params, "mode": str(before.mode), "verdict": str(before.verdict)}
        super().__init__(data, initial=start)
        for number, (_default, least, most) in kind.PARAMS.items():
            self.fields[number] = forms.IntegerField(
                label=kind.LABELS[number][desk.language], min_value=least, max_value=most
            )
        self.fields["verdict"] = forms.ChoiceField(
            label=_("What happens to whom it finds"), choices=[(str(v), name) for v, name in words.VERDICTS.items()]
        )
        self.fields["mode"] = forms.ChoiceField(
            label=_("Mode"),
            choices=[(str(m), name) for m, name in words.MODES.items()],
            help_text=_("A rule that only watches opens cases without consequences; begin with that."),
        )

    def wanted(self, desk: Desk, type: str, before: guard.Rule | None) -> guard.Rule:
        """The rule as the form says it."""
        given = self.cleaned_data
        return guard.Rule(
            program_id=desk.program_id,
            rule_id=before.rule_id if before else 0,
            type=type,
            params={number: given[number] for number in guard.TYPES[type].PARAMS},
            mode=guard.Mode(given["mode"]),
            verdict=guard.Verdict(given["verdict"]),
        )


class DecideForm(forms.Form):
    """Why, and whether the membership is frozen."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    freezes = forms.BooleanField(label=gettext_lazy("Freeze the membership if it is abuse"), required=False)


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue and the rules. `?state=` narrows the queue."""
    asked = request.GET.get("state", "open")
    state = guard.State(asked) if asked in {str(one) for one in guard.State} else None
    return render(
        request,
        "console/guard.html",
        {
            "cases": cases_table(desk, guard.cases(desk.conn, desk.program_id, limit=_LISTED, state=state)),
            "choices": [
                Choice(label=str(name), href=paging.address(request, state=key), is_current=key == (state or "all"))
                for key, name in [*((str(s), n) for s, n in words.STATES.items()), ("all", _("All"))]
            ],
            "rules": _rules(desk),
            "types": [
                (reverse("fraud_rule_new", args=[type]), kind.NAME[desk.language]) for type, kind in guard.TYPES.items()
            ],
        },
    )


def cases_table(desk: Desk, found: list[guard.Case]) -> Table:
    """Cases as a table."""
    who = people.owners(desk, list({one.member_id for one in found}))
    return Table(
        caption=_("Cases"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("What was found")),
            Column(label=_("What was seen")),
            Column(label=_("Found")),
            Column(label=_("State")),
        ],
        rows=[
            Row(
                cells=[
                    people.title_of(who[one.member_id]) if one.member_id in who else str(one.member_id)[:8],
                    words.name(one.type, desk.language),
                    words.brief(desk, one.evidence),
                    desk.moment(one.found_at),
                    words.state_badge(one.state),
                ],
                href=reverse("fraud_case", args=[one.case_id]),
            )
            for one in found
        ],
        empty=EmptyState(title=_("No cases"), text=_("Rules open one for each member they find."), icon="shield-check"),
    )


def _rules(desk: Desk) -> Table:
    records = guard.records(desk.conn, desk.program_id)
    return Table(
        caption=_("Rules"),
        columns=[
            Column(label=_("What it watches for")),
            Column(label=_("What happens")),
            Column(label=_("Mode")),
            Column(label=_("Open"), end=True),
            Column(label=_("Right so far"), end=True),
            Column(label=_("Advice")),
        ],
        rows=[
            Row(
                cells=[
                    guard.sentence(one, desk.language),
                    str(words.VERDICTS[one.verdict]),
                    words.mode_badge(one),
                    write.number(records[one.rule_id].open),
                    _right(records[one.rule_id]),
                    _advice(one, records[one.rule_id]),
                ],
                href=reverse("fraud_rule", args=[one.rule_id]),
            )
            for one in guard.every(desk.conn, desk.program_id)
        ],
        empty=EmptyState(
            title=_("No rule yet"), text=_("Add one that watches; nothing happens to anybody."), icon="radar"
        ),
    )


def _right(record: guard.Record) -> str:
    if record.precision is None:
        return "–"
    decided = record.confirmed + record.released
    return _("%(share)s of %(count)s") % {"share": write.percent(record.precision, digits=0), "count": decided}


def _advice(rule: guard.Rule, record: guard.Record) -> str:
    if record.advised is None:
        return "–"
    kind = guard.TYPES[rule.type]
    return _("%(now)s → %(then)s") % {
        "now": write.number(rule.params[kind.THRESHOLD]),
        "then": write.number(record.advised),
    }


@on_desk
def rule(request: HttpRequest, desk: Desk, rule_id: int = 0, type: str = "") -> HttpResponse:
    """A rule, or a new one of a type; `what=try` tries it on past days, else it is saved."""
    before = guard.find(desk.conn, desk.program_id, rule_id) if rule_id else None
    of_type = before.type if before else type
    if of_type not in guard.TYPES:
        raise Http404
    form = RuleForm(desk, of_type, request.POST if request.method == "POST" else None, before)
    tried: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted(desk, of_type, before)
        if request.POST.get("what") == "try":
            tried = _tried(desk, wanted)
        else:
            saved = guard.save(desk.conn, wanted, by=desk.operator, at=desk.at)
            desk.note("guard-rule-saved", rule=saved.rule_id, mode=str(saved.mode), **saved.params)
            messages.success(request, _("Saved. It looks within a minute."))
            return redirect("fraud")
    record = guard.records(desk.conn, desk.program_id).get(rule_id)
    page = render(
        request,
        "console/guard_rule.html",
        {
            "title": guard.TYPES[of_type].NAME[desk.language],
            "sentence": guard.sentence(before, desk.language) if before else "",
            "form": form,
            "record": record,
            "right": _right(record) if record else "",
            "advice": _advice(before, record) if before and record else "",
            **tried,
        },
    )
    return wrong(page) if form.errors else page


def _tried(desk: Desk, wanted: guard.Rule) -> dict[str, Any]:
    told = flows.backtest(desk.conn, desk.plan, wanted, days=_DAYS, at=desk.at)
    who = people.owners(desk, [one.member_id for one in told.examples])
    chart = Chart(
        title=_("Members newly found by day"),
        labels=[write.short_day(on) for on, _count in told.days],
        series=[Series(name=_("Members"), values=[count for _on, count in told.days])],
        kind=Kind.BAR,
    )
    said = _("%(members)s members in %(days)s days; of them %(bad)s were abuse before and %(good)s were released.")
    return {
        "tried": said
        % {
            "members": write.number(told.members),
            "days": _DAYS,
            "bad": write.number(told.confirmed_before),
            "good": write.number(told.released_before),
        },
        "chart": chart if told.members else None,
        "examples": _hits(desk, told.examples, who),
    }


def _hits(desk: Desk, found: tuple[guard.Hit, ...], who: Mapping[UUID, Any]) -> Table:
    return Table(
        caption=_("Strongest"),
        columns=[Column(label=_("Member")), Column(label=_("What was seen"))],
        rows=[
            Row(
                cells=[
                    people.title_of(who[one.member_id]) if one.member_id in who else str(one.member_id)[:8],
                    words.brief(desk, one.evidence),
                ],
                href=reverse("members_show", args=[one.member_id]),
            )
            for one in found
        ],
        empty=EmptyState(title=_("Nobody would be found"), text=_("On none of these days."), icon="shield-check"),
    )


@on_desk
def case(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """One case with what was seen; a POST decides it."""
    found = guard.case(desk.conn, desk.program_id, case_id)
    form = DecideForm(request.POST if request.method == "POST" else None, initial={"freezes": True})
    if request.method == "POST" and form.is_valid():
        is_abuse = request.POST.get("what") == "confirm"
        try:
            with desk.conn.transaction():
                flows.decide_case(
                    desk.conn, desk.plan, case_id, is_abuse=is_abuse, **form.cleaned_data, by=desk.actor, at=desk.at
                )
        except Refusal as refusal:
            messages.info(request, refusals.words(refusal))
        else:
            desk.note("guard-case-decided", member=found.member_id, case=str(case_id), is_abuse=is_abuse)
            messages.success(request, _("Decided. It can be taken back for 30 days."))
        return redirect("fraud")
    who = people.owners(desk, [found.member_id]).get(found.member_id)
    page = render(
        request,
        "console/guard_case.html",
        {
            "case": found,
            "title": words.name(found.type, desk.language),
            "member": people.title_of(who) if who else str(found.member_id)[:8],
            "state": words.state_badge(found.state),
            "verdict": words.VERDICTS[found.verdict],
            "evidence": Facts(rows=words.evidence(desk, found.evidence)),
            "found": desk.moment(found.found_at),
            "decided": desk.moment(found.decided_at) if found.decided_at else "",
            "can_reopen": found.decided_at is not None and _is_recent(desk, found.decided_at),
            "form": form,
        },
    )
    return wrong(page) if form.errors else page


def _is_recent(desk: Desk, decided_at: datetime) -> bool:
    return (desk.at - decided_at).days < guard.REOPEN_DAYS


@require_POST
@on_desk
def reopen(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Take a decision back."""
    found = guard.case(desk.conn, desk.program_id, case_id)
    try:
        with desk.conn.transaction():
            flows.reopen_case(desk.conn, desk.plan, case_id, at=desk.at)
    except Refusal as refusal:
        messages.info(request, refusals.words(refusal))
    else:
        desk.note("guard-case-reopened", member=found.member_id, case=str(case_id))
        messages.success(request, _("It is open again."))
    return redirect("fraud_case", case_id)


@on_desk
def report(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The daily look for holes, also where no rule is on."""
    told = flows.loopholes(desk.conn, desk.plan, at=desk.at)
    who = people.owners(desk, list({hit.member_id for _type, _count, hits in told.found for hit in hits}))
    holes = []
    for type, count, found in told.found:
        usual = {name: default for name, (default, _least, _most) in guard.TYPES[type].PARAMS.items()}
        text = guard.TYPES[type].MEANS[desk.language].format(**usual)
        holes.append((words.name(type, desk.language), text, write.number(count), count and _hits(desk, found, who)))
    return render(request, "console/guard_report.html", {"holes": holes, "unlimited": told.unlimited})
