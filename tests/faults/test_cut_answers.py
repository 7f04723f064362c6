"""The answer is lost after the commit, the line resets, everything is late: each order still happens exactly once.

Source: quality/targets T6; quality/cases 6, 168.
"""

import asyncio

from regulars.doors.cli.database import as_url
from regulars.kit import db

from . import processes, proxy, shops
from .stage import is_ready
from .tills import Tills


def _sold(database: str, home, chance, orders: int, **mistake) -> tuple[Tills, proxy.Weather, int]:
    """Tills on a bad line sell so many orders; how many orders the shop knows afterwards."""
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = shops.join(conn, shop.plan, 20)
        reward_id = shops.reward(conn, shop.plan, units_left=None)
    port = processes.free_port()
    env = processes.environ(home, port, REGULARS_DATABASE_URL=as_url(database))
    weather = proxy.Weather(chance, delay_seconds=0.15, reset_ratio=0.1, cut_ratio=0.3)
    with processes.running(["serve-web"], env, log=home / "web.log"):
        processes.until(lambda: is_ready(port))
        with proxy.before(proxy.to_port(port), weather) as bad:
            tills = Tills([bad], shop.key, member_ids, str(reward_id), chance, count=40, orders_only=True, **mistake)

            async def story() -> None:
                tills.open(acts_max=orders)
                await tills.finish()
                tills.ports = [port]
                if not mistake:
                    assert await tills.broken_words() == []
                    assert await tills.wrong_balances(0) == {}

            asyncio.run(story())
    with db.connect(database) as conn:
        known = conn.execute("select count(*) from activities.purchase").fetchone()
    assert known is not None
    return tills, weather, known[0]


def test_case_168_each_order_is_recorded_once_however_often_its_answer_is_lost(database, home, chance, soak):
    orders = soak(200, 1000)
    tills, weather, known = _sold(database, home, chance, orders)
    print(f"{len(tills.acked)} orders, {weather.cuts} answers cut, {weather.resets} resets, {tills.told}")
    assert (len(tills.acked), known) == (len(tills.acts), len(tills.acts))
    assert len(tills.acts) >= orders
    assert tills.told["200"] > 0, "an answer was lost and told again"
    assert weather.cuts > orders // 10
    assert weather.resets > orders // 100


def test_case_168_callers_who_rename_what_they_send_again_are_doubled(database, home, chance):
    """The negative control: without one id for all tries the same line doubles orders."""
    tills, _, known = _sold(database, home, chance, 100, renames=True)
    print(f"{known} recorded for {len(tills.acts)} sold")
    assert known > len(tills.acts)
