"""Trials over HTTP: asked for, run by a worker, read, cancelled."""

from datetime import UTC, datetime, timedelta

from regulars.doors.worker.run_trial import run_trial
from regulars.kit import db, jobs


def ask(shop, **more):
    today = shop.plan.program.local_date(datetime.now(UTC))
    days = {"from_on": str(today - timedelta(days=60)), "to_on": str(today)}
    return shop.post("/v1/trials", {"trial_id": "plan", **days, "drafts": [{}], **more}, key=shop.admin)


def work(shop, trial: str) -> None:
    payload = {"program_id": shop.plan.program.program_id, "trial_id": trial}
    with db.pool(shop.dsn, size_max=2) as pool:
        run_trial(pool, jobs.Job(id=1, name="run_trial", payload=payload, attempt=1))


def read(shop, trial: str) -> dict:
    return shop.get(f"/v1/trials/{trial}", key=shop.admin).json()


def test_a_trial_runs_and_tells_what_each_draft_would_have_done(shop):
    shop.buy(total_minor=50_000)
    asked = ask(shop, drafts=[{}, {"without_rules": [1]}], margin_percent=30)
    assert (asked.status_code, asked.json()["state"], asked.json()["orders"]) == (202, "waiting", 2)
    trial = asked.json()["trial"]
    work(shop, trial)
    done = read(shop, trial)
    assert (done["state"], done["orders_done"]) == ("done", 2)
    live, without = done["outcomes"]
    assert (live["orders"], live["members"], live["revenue_minor"]) == (1, 1, 50_000)
    assert live["points"] > 0
    assert live["breakeven_uplift"] > 0
    assert (without["points"], without["orders_without_points"], without["rules"]) == (0, 1, [])
    assert [one["trial"] for one in shop.get("/v1/trials", key=shop.admin).json()["trials"]] == [trial]


def test_the_same_id_is_the_same_trial_and_a_cancelled_one_stays_so(shop):
    first, again = ask(shop), ask(shop)
    trial = first.json()["trial"]
    assert again.json()["trial"] == trial
    assert again.headers["idempotent-replay"] == "true"
    cancelled = shop.post(f"/v1/trials/{trial}/cancel", {}, key=shop.admin)
    assert cancelled.json()["state"] == "cancelled"
    work(shop, trial)
    assert read(shop, trial)["state"] == "cancelled"
    assert shop.post(f"/v1/trials/{trial}/cancel", {}, key=shop.admin).headers["idempotent-replay"] == "true"


def test_what_makes_no_trial_is_refused(shop):
    for wrong in (
        {"use_percent": 101},
        {"drafts": []},
        {"to_on": "2999-01-01"},
        {"drafts": [{"thresholds": {"x": 1}}]},
    ):
        refused = ask(shop, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed"), wrong
    assert ask(shop, drafts=[{"with_rules": [999]}]).status_code == 404
    assert shop.get("/v1/trials/none", key=shop.admin).status_code == 404
    assert shop.get("/v1/trials").status_code == 403
