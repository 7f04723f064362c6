"""Trial runs in the console: asked for, run, shown side by side, cancelled."""

from datetime import UTC, datetime
from uuid import UUID

from django.test import Client

from regulars import flows
from regulars.analytics import twin
from regulars.doors.console import once

HIDDEN = {"use_percent": "80", "margin_percent": "30"}


def ask(operator: Client, shop, **more: object) -> twin.Trial:
    today = shop.plan.program.local_date(datetime.now(UTC)).isoformat()
    form = {**HIDDEN, "from_on": today, "to_on": today, "token": once.token(), **more}
    assert operator.post("/trials", form).status_code == 302
    return twin.trials(shop.conn, 1, limit=1)[0]


def run(shop, one: twin.Trial) -> None:
    """What the worker does."""
    with shop.conn.transaction():
        outcomes = flows.run_trial(shop.conn, shop.plan, one.asked)
        twin.begin(shop.conn, one)
        twin.end(shop.conn, one, "done", at=datetime.now(UTC), outcomes=outcomes, orders_done=one.orders)


def test_a_trial_shows_the_draft_beside_the_program_as_it_is(operator: Client, shop, lin: UUID) -> None:
    one = ask(operator, shop, without_rules=["1"], threshold_2="10")
    assert [draft.is_as_live for draft in one.asked.drafts] == [True, False]
    assert "Waiting" in operator.get(f"/trials/{one.trial_id}").content.decode()
    run(shop, one)
    page = operator.get(f"/trials/{one.trial_id}").content.decode()
    assert "As it is" in page
    assert "without “" in page
    assert "Growth of revenue that pays for it" in page
    assert "Points given by month" in page
    lines = b"".join(operator.get(f"/trials/{one.trial_id}/months.csv").streaming_content).decode()
    assert lines.count("As it is") == 1
    assert "Done" in operator.get("/trials").content.decode()


def test_nothing_chosen_is_the_program_alone(operator: Client, shop, lin: UUID) -> None:
    assert ask(operator, shop).asked.drafts == (twin.Draft(),)


def test_the_same_form_twice_is_one_trial(operator: Client, shop, lin: UUID) -> None:
    token = once.token()
    first, second = ask(operator, shop, token=token), ask(operator, shop, token=token)
    assert first.trial_id == second.trial_id
    assert len(twin.trials(shop.conn, 1, limit=9)) == 1


def test_a_trial_can_be_cancelled_once(operator: Client, shop, lin: UUID) -> None:
    one = ask(operator, shop)
    page = operator.post(f"/trials/{one.trial_id}/cancel", follow=True).content.decode()
    assert "It is cancelled." in page
    assert twin.trial(shop.conn, 1, one.trial_id).state == "cancelled"


def test_days_without_sense_are_refused_in_words(operator: Client, shop, lin: UUID) -> None:
    form = {**HIDDEN, "from_on": "2999-01-01", "to_on": "2999-01-02", "token": once.token()}
    page = operator.post("/trials", form)
    assert page.status_code == 422
    assert "three years that are past" in page.content.decode()
    assert twin.trials(shop.conn, 1, limit=9) == []
