"""Experiences: the list, one with who comes, letting in and signing up by hand, and what members thought."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from regulars import flows
from regulars.doors.console import experience_words as words
from regulars.doors.console import format as write
from regulars.doors.console import history, people, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.experience_forms import EnterForm, ExperienceForm, SignUpForm
from regulars.doors.console.parts import Column, EmptyState, Facts, Row, Table, meter
from regulars.kit.errors import Kind, Refusal
from regulars.program import experiences
from regulars.records import members

_LISTED = 200
_SEATS = 6


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them, the latest first."""
    found = experiences.experiences(desk.conn, desk.program_id)
    seats = experiences.seats(desk.conn, found)
    figures = experiences.figures(desk.conn, found)
    rows = []
    for one in found:
        full = seats[one.experience_id]
        attended, _no_shows, ratings, stars = figures.get(one.experience_id, (0, 0, 0, 0))
        rows.append(
            Row(
                cells=[
                    desk.say(one.name),
                    desk.moment(one.starts_at),
                    one.place or "–",
                    meter(full.taken, full.capacity, _("Seats"), f"{full.taken} / {full.capacity}"),
                    write.number(full.waiting),
                    write.number(attended),
                    words.stars(ratings, stars),
                    words.state_badge(one.state),
                ],
                href=reverse("experiences_show", args=[one.experience_id]),
            )
        )
    table = Table(
        caption=_("Experiences"),
        columns=[
            Column(label=_("Experience")),
            Column(label=_("Begins")),
            Column(label=_("Venue")),
            Column(label=_("Seats")),
            Column(label=_("Waiting list"), end=True),
            Column(label=_("Were there"), end=True),
            Column(label=_("Rating"), end=True),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No experiences yet"),
            text=_("A tasting, a launch, an evening of discounts: something only members can come to."),
            icon="calendar",
            action=_("Add an experience"),
            href=reverse("experiences_new"),
        ),
    )
    return render(request, "console/experiences.html", {"experiences": table})


@on_desk
def one(request: HttpRequest, desk: Desk, experience_id: UUID) -> HttpResponse:
    """One of them."""
    return _page(request, desk, experiences.get(desk.conn, desk.program_id, experience_id), EnterForm(), SignUpForm())


def _page(
    request: HttpRequest, desk: Desk, found: experiences.Experience, enter: EnterForm, sign_up: SignUpForm
) -> HttpResponse:
    bookings = experiences.bookings(desk.conn, found, limit=_LISTED)
    who = members.several(desk.conn, desk.program_id, [one.member_id for one in bookings])
    changes = experiences.history(desk.conn, desk.program_id, found.experience_id)
    return render(
        request,
        "console/experience.html",
        {
            "experience": found,
            "title": desk.say(found.name),
            "state": words.state_badge(found.state),
            "subtitle": words.when(desk, found),
            "is_draft": found.state is experiences.State.DRAFT,
            "is_open": found.state is experiences.State.OPEN,
            "is_live": found.state in (experiences.State.DRAFT, experiences.State.OPEN),
            "facts": _facts(desk, found),
            "attendees": _attendees(desk, found, bookings, who),
            "feedback": [
                (people.title_of(who[b.member_id]), words.stars(1, b.rating), b.comment)
                for b in bookings
                if b.rating is not None and b.member_id in who
            ],
            "enter": enter,
            "sign_up": sign_up,
            "history": history.table(
                desk, changes, words.field_names(), lambda name, told: words.field_value(desk, name, told)
            ),
        },
    )


def _facts(desk: Desk, found: experiences.Experience) -> Facts:
    full = experiences.seats(desk.conn, [found])[found.experience_id]
    attended, no_shows, ratings, stars = experiences.figures(desk.conn, [found]).get(found.experience_id, (0, 0, 0, 0))
    tier = next((t for t in desk.plan.ladder.tiers if t.rank >= found.rank_min), desk.plan.ladder.tiers[-1])
    return Facts(
        rows={
            _("Venue"): found.place or "–",
            _("Seats"): meter(full.taken, full.capacity, _("Seats"), f"{full.taken} / {full.capacity}"),
            _("Waiting list"): write.number(full.waiting),
            _("For members from tier"): desk.say(tier.name),
            _("Only where"): words.condition(desk, found) or "–",
            _("A no-show waits (days)"): write.number(found.no_show_days),
            _("Were there"): write.number(attended),
            _("Did not come"): write.number(no_shows),
            _("Rating"): words.stars(ratings, stars),
        }
    )


def _attendees(
    desk: Desk,
    found: experiences.Experience,
    bookings: list[experiences.Booking],
    who: dict[UUID, members.Member],
) -> Table:
    can_cancel = found.state is experiences.State.OPEN and desk.at < found.starts_at
    seated = (experiences.Seat.BOOKED, experiences.Seat.WAITING)
    rows = []
    for booking in bookings:
        is_open = can_cancel and booking.state in seated
        button: str = (
            desk.markup("console/seat_button.html", experience=found, booking=booking) if is_open else SafeString("–")
        )
        cells = [
            people.title_of(who[booking.member_id]) if booking.member_id in who else "–",
            words.seat_badge(booking.state),
            desk.short_moment(booking.attended_at or booking.booked_at),
            button,
        ]
        rows.append(Row(cells=cells, href=reverse("members_show", args=[booking.member_id])))
    return Table(
        caption=_("Who comes"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Seat")),
            Column(label=_("Since")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("Nobody signed up yet"), icon="users"),
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, experience_id: UUID | None = None) -> HttpResponse:
    """An experience, or a new one."""
    before = experiences.get(desk.conn, desk.program_id, experience_id) if experience_id else None
    form = ExperienceForm(desk, request.POST if request.method == "POST" else None, before)
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted(desk, before)
        try:
            with desk.conn.transaction():
                experiences.save(desk.conn, wanted, by=desk.operator, at=desk.at)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("experience-saved", experience=str(wanted.experience_id))
            messages.success(request, _("“%(name)s” is saved.") % {"name": desk.say(wanted.name)})
            return redirect("experiences_show", wanted.experience_id)
    title = desk.say(before.name) if before else _("New experience")
    page = render(request, "console/experience_edit.html", {"form": form, "title": title})
    return wrong(page) if form.errors else page


@require_POST
@on_desk
def move(request: HttpRequest, desk: Desk, experience_id: UUID) -> HttpResponse:
    """Open it, or cancel it."""
    told = {"open": experiences.State.OPEN, "cancelled": experiences.State.CANCELLED}
    before = experiences.get(desk.conn, desk.program_id, experience_id)
    state = told.get(request.POST.get("state", ""), before.state)
    try:
        with desk.conn.transaction():
            experiences.save(desk.conn, replace(before, state=state), by=desk.operator, at=desk.at)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("experience-moved", experience=str(experience_id), state=state.name.lower())
        is_open = state is experiences.State.OPEN
        messages.success(request, _("Members can sign up now.") if is_open else _("It is cancelled."))
    return redirect("experiences_show", experience_id)


@require_POST
@on_desk
def enter(request: HttpRequest, desk: Desk, experience_id: UUID) -> HttpResponse:
    """Let the holder of a ticket in."""
    found = experiences.get(desk.conn, desk.program_id, experience_id)
    form = EnterForm(request.POST)
    if form.is_valid():
        try:
            with desk.conn.transaction():
                done = flows.attend_experience(
                    desk.conn, desk.plan, experience_id, form.cleaned_data["ticket"], at=desk.at
                )
        except Refusal as refusal:
            form.add_error("ticket", refusals.words(refusal))
        else:
            desk.note("ticket-taken", member=done.booking.member_id, experience=str(experience_id))
            name = people.title_of(members.get(desk.conn, desk.program_id, done.booking.member_id))
            said = _("%(name)s is in.") if done.outcome == "created" else _("%(name)s was let in before.")
            messages.success(request, said % {"name": name})
            return redirect("experiences_show", experience_id)
    return wrong(_page(request, desk, found, form, SignUpForm()))


@require_POST
@on_desk
def sign_up(request: HttpRequest, desk: Desk, experience_id: UUID) -> HttpResponse:
    """Sign a member up by what they are known by."""
    found = experiences.get(desk.conn, desk.program_id, experience_id)
    form = SignUpForm(request.POST)
    if form.is_valid():
        member_id = people.named(desk, form.cleaned_data["named"])
        if member_id is None:
            form.add_error("named", _("No member has this id or identifier."))
        else:
            try:
                with desk.conn.transaction():
                    done = flows.book_seat(desk.conn, desk.plan, experience_id, member_id, at=desk.at)
            except Refusal as refusal:
                form.add_error("named", refusals.words(refusal))
            else:
                desk.note("seat-booked", member=member_id, experience=str(experience_id))
                messages.success(request, words.booked(done))
                return redirect("experiences_show", experience_id)
    return wrong(_page(request, desk, found, EnterForm(), form))


@require_POST
@on_desk
def cancel(request: HttpRequest, desk: Desk, experience_id: UUID, member_id: UUID) -> HttpResponse:
    """Give a member's seat back; who waits first gets it."""
    try:
        with desk.conn.transaction():
            moved = flows.cancel_seat(desk.conn, desk.plan, experience_id, member_id, at=desk.at)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("seat-given-back", member=member_id, experience=str(experience_id))
        messages.success(request, _("Given back; the next in the list has the seat.") if moved else _("Given back."))
    return redirect("experiences_show", experience_id)


def of_member(desk: Desk, member_id: UUID) -> Facts | None:
    """A member's newest seats: for their page."""
    found = experiences.bookings_of(desk.conn, member_id)[:_SEATS]
    if not found:
        return None
    names = {one.experience_id: desk.say(one.name) for one in experiences.experiences(desk.conn, desk.program_id)}
    rows: dict[str, str] = {}
    for booking in found:
        address = reverse("experiences_show", args=[booking.experience_id])
        link = format_html('<a href="{}">{}</a>', address, names.get(booking.experience_id, "–"))
        rows[link] = words.seat_badge(booking.state)
    return Facts(rows=rows)
