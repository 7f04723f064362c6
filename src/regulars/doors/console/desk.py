"""What every page of the program stands on: one transaction, the program's plan, the reader's language."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from regulars import flows
from regulars.doors.console import database
from regulars.doors.console import format as write
from regulars.doors.console.accounts import display_name
from regulars.kit import text
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import access, audit, ledger, programs

P = ParamSpec("P")
_WHOLE_FROM_MINOR = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One request at work. `at` is when it came; `language` is the core's word for the page's language."""

    conn: Conn
    plan: flows.Plan
    at: datetime
    operator: str
    language: str
    request: HttpRequest

    @property
    def program(self) -> programs.Program:
        """The program the page is about."""
        return self.plan.program

    @property
    def program_id(self) -> int:
        """Its id."""
        return self.plan.program.program_id

    @property
    def actor(self) -> access.Actor:
        """Who acts: the staff account that is logged in."""
        return access.staff(self.request.user.pk, self.operator)  # type: ignore[arg-type]

    @property
    def today(self) -> date:
        """The calendar day where the shop is."""
        return self.plan.program.local_date(self.at)

    def say(self, texts: Mapping[str, str]) -> str:
        """A text of the program in the reader's language."""
        return text.pick(texts, self.language)

    def amount(self, minor: int, *, whole: bool = False) -> str:
        """Money of the program."""
        return write.amount(minor, self.program.currency, whole=whole)

    def moment(self, at: datetime) -> str:
        """An instant on the shop's clock."""
        return write.moment(at, self.program.time_zone)

    def short_moment(self, at: datetime) -> str:
        """The same without its year."""
        zone = self.program.time_zone
        return f"{write.short_day(self.program.local_date(at))} {write.time_of_day(at, zone)}"

    def local_day(self, at: datetime) -> str:
        """The day of an instant where the shop is."""
        return write.day(self.program.local_date(at))

    def worth(self, points: int, wallet: ledger.Wallet | None = None) -> str:
        """What so many points cost the shop when they are used; larger amounts without decimals."""
        minor = (wallet or self.plan.wallet).worth_minor(points, self.program.currency)
        return self.amount(minor, whole=abs(minor) >= _WHOLE_FROM_MINOR)

    def worth_minor(self, points: int) -> int:
        """The same in minor units."""
        return self.plan.wallet.worth_minor(points, self.program.currency)

    def markup(self, template: str, **values: object) -> SafeString:
        """A piece of a page that holds a form, such as the buttons of a row."""
        return SafeString(render_to_string(template, values, self.request))

    def days_ahead(self, days: int) -> date:
        """The local day so many days from today."""
        return self.today + timedelta(days=days)

    def counted(self, wallet: ledger.Wallet, points: int) -> str:
        """What a wallet counts, written out: a number, or money."""
        return self.amount(points) if wallet.is_money else write.number(points)

    def moved(self, wallet: ledger.Wallet, points: int) -> str:
        """The same with its sign."""
        if not wallet.is_money or not points:
            return write.signed(points)
        return f"+{self.amount(points)}" if points > 0 else self.amount(points)

    def note(self, verb: str, *, member: object = None, **facts: Any) -> None:
        """Write down who did what, with the effect or not at all; no personal data among the facts."""
        audit.note(
            self.conn,
            self.program_id,
            verb,
            by=self.actor,
            at=self.at,
            member_id=UUID(str(member)) if member else None,
            address=came_from(self.request),
            facts=facts,
        )


View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def language() -> str:
    """The page's language as the core says it: `en` or `zh`."""
    return "zh" if get_language() == "zh-hans" else "en"


def came_from(request: HttpRequest) -> str:
    """The address of who asks, as the web server saw it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def arrived(request: HttpRequest) -> datetime:
    """When the request came."""
    at: datetime = request.at  # type: ignore[attr-defined]
    return at


def on_desk(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Give the view a desk; without a program, lead to the page that founds one.

    What the core does not find is a page that does not exist. A view that raises changes nothing.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with database.transaction() as conn:
            program = next(iter(programs.all_of(conn)), None)
            if program is None:
                return redirect("founding")
            desk = Desk(
                conn=conn,
                plan=flows.load(conn, program.program_id),
                at=arrived(request),
                operator=display_name(request.user),  # type: ignore[arg-type]
                language=language(),
                request=request,
            )
            try:
                return view(request, desk, *args, **kwargs)
            except Refusal as refusal:
                if refusal.kind is Kind.NOT_FOUND:
                    raise Http404 from refusal
                raise

    return answer


def keep_what_stands(refusal: Refusal, act: Callable[[], object]) -> None:
    """Some refusals leave something behind, such as a case of the guard: done again outside the savepoint, it stays."""
    if refusal.leaves:
        with suppress(Refusal):
            act()


def wrong(response: HttpResponse) -> HttpResponse:
    """The same answer as 422: the form shows why it was not taken."""
    response.status_code = 422
    return response
