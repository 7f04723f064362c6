"""Conditions: what the editor asks of the server, and a page to try one on members."""

import json
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.audience import conditions
from regulars.doors.console import condition_words, people
from regulars.doors.console.condition_draft import changed, posted
from regulars.doors.console.condition_part import ConditionField, Editor
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, badge
from regulars.records import members

_NAME_MAX = 60


@require_POST
@on_desk
def draw(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A fragment: the editor after a menu or a button of it was used."""
    editor = _editor(request, desk)
    draft = changed(posted(request.POST, editor.name), request.POST.get("do", ""), editor.drafting)
    return HttpResponse(editor.markup(draft, is_fragment=True))


@require_POST
@on_desk
def preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A fragment: the condition as a sentence, whom it reaches and a few of them, or where it is wrong."""
    editor = _editor(request, desk)
    return HttpResponse(editor.preview(posted(request.POST, editor.name)))


def _editor(request: HttpRequest, desk: Desk) -> Editor:
    name, scope = request.GET.get("name", ""), request.GET.get("scope", "")
    if scope not in set(conditions.Scope) or not name.isidentifier() or len(name) > _NAME_MAX:
        raise Http404
    return Editor(desk, conditions.Scope(scope), name, request.POST.get("event", ""))


class TryForm(forms.Form):
    """A condition, and the member it is explained for."""

    member = forms.CharField(
        label=gettext_lazy("Explain it for"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A member's id, phone, e-mail or card; empty explains nothing."),
    )

    def __init__(self, desk: Desk, scope: conditions.Scope, data: Any = None) -> None:
        super().__init__(data)
        self.fields["condition"] = ConditionField(desk, scope, label=_("Condition"))


@on_desk
def show(request: HttpRequest, desk: Desk, scope: str = "segment") -> HttpResponse:
    """Try a condition: rows or text, its sentence, whom it reaches, and why one member does or does not match."""
    if scope not in set(conditions.Scope):
        raise Http404
    asked = conditions.Scope(scope)
    form = TryForm(desk, asked, request.POST or None)
    page: dict[str, Any] = {"form": form, "scope": scope, "scopes": _scopes(asked)}
    status = 200
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        is_only_many = form.errors.as_data().get("condition", [])[:1]
        if is_only_many and is_only_many[0].code == "sweeping":
            form.errors.pop("condition")
        status = 422 if form.errors else 200
        if (condition := given.get("condition")) is not None:
            page["text"] = condition.text
            page["tree_json"] = json.dumps(condition.tree, ensure_ascii=False, indent=2)
            page |= _explained(desk, condition, form)
    return render(request, "console/conditions.html", page, status=status)


def _scopes(asked: conditions.Scope) -> list[Choice]:
    names = {
        conditions.Scope.SEGMENT: _("Members"),
        conditions.Scope.EARNING: _("Purchases"),
        conditions.Scope.LINE: _("Items"),
        conditions.Scope.JOURNEY: _("Journeys"),
        conditions.Scope.GUARD: _("Guard"),
    }
    return [
        Choice(label=name, href=reverse("rules_try", args=[scope]), is_current=scope is asked)
        for scope, name in names.items()
    ]


def _explained(desk: Desk, condition: conditions.Condition, form: TryForm) -> dict[str, Any]:
    """Why the member that was named does or does not match."""
    named = form.cleaned_data.get("member", "").strip()
    if not named or condition.scope is not conditions.Scope.SEGMENT:
        return {}
    known = members.search(desk.conn, desk.program_id, named, limit=2)
    found = known[0] if len(known) == 1 else None
    if found is None:
        form.add_error("member", _("This is not one member: type a whole id, phone number, e-mail address or card."))
        return {}
    subjects = conditions.members(
        desk.conn, condition, [found.member_id], program_id=desk.program_id, at=desk.at, today=desk.today
    )
    if found.member_id not in subjects:
        return {}
    told = conditions.explain(condition, subjects[found.member_id], language=condition_words.reader(desk))
    return {
        "member": found,
        "member_title": people.title_of(found),
        "told": told,
        "verdict": badge(_("Matches"), "good") if told.matched else badge(_("Does not match"), "warn"),
    }
