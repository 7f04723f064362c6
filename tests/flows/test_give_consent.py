"""A yes and a no: what holds, since when, for whom; and nothing goes out after a no."""

from datetime import timedelta
from uuid import UUID

import pytest

from regulars import flows
from regulars.audience import segments
from regulars.records import members, outbox, privacy

from .conftest import Shop

Purpose, Channel = privacy.Purpose, privacy.Channel


@pytest.fixture
def lin(shop: Shop) -> UUID:
    return shop.join("lin")


def say(shop: Shop, who: UUID, purpose: Purpose, *, yes: bool, channel: Channel = Channel.NONE, **more) -> None:
    told = {"version": 0, "place": "form", "told_by": "api", "given_at": shop.at, **more}
    choice = privacy.Choice(purpose=purpose, channel=channel, is_given=yes, **told)
    flows.give_consent(shop.conn, shop.plan, who, [choice], at=shop.at)


def reach(shop: Shop, who: UUID, purpose: Purpose, channel: Channel = Channel.NONE) -> bool:
    return flows.may_reach(shop.conn, shop.plan, [who], purpose, channel) == {who}


def test_marketing_and_sharing_wait_for_a_yes_and_the_others_go_on_until_a_no(shop: Shop, lin: UUID) -> None:
    assert not reach(shop, lin, Purpose.MARKETING, Channel.EMAIL)
    assert not reach(shop, lin, Purpose.SHARING)
    assert all(reach(shop, lin, one) for one in (Purpose.SERVICE, Purpose.PROFILING, Purpose.PERSONALIZATION))


def test_a_yes_is_for_its_channel_only(shop: Shop, lin: UUID) -> None:
    say(shop, lin, Purpose.MARKETING, yes=True, channel=Channel.EMAIL)
    assert reach(shop, lin, Purpose.MARKETING, Channel.EMAIL)
    assert not reach(shop, lin, Purpose.MARKETING, Channel.SMS)


def test_a_shop_may_ask_for_a_yes_where_it_need_not(shop: Shop, lin: UUID) -> None:
    privacy.set_needs_yes(shop.conn, shop.plan.program.program_id, Purpose.PROFILING, needs=True)
    assert not reach(shop, lin, Purpose.PROFILING)
    say(shop, lin, Purpose.PROFILING, yes=True)
    assert reach(shop, lin, Purpose.PROFILING)


def test_what_is_told_late_undoes_nothing_newer(shop: Shop, lin: UUID) -> None:
    say(shop, lin, Purpose.MARKETING, yes=False, channel=Channel.SMS)
    earlier = shop.at - timedelta(days=3)
    say(shop, lin, Purpose.MARKETING, yes=True, channel=Channel.SMS, given_at=earlier)
    assert not reach(shop, lin, Purpose.MARKETING, Channel.SMS)
    assert [one.is_given for one in privacy.history(shop.conn, lin)] == [True, False]


@pytest.mark.parametrize(
    ("purpose", "channel", "version"),
    [(Purpose.MARKETING, Channel.NONE, 0), (Purpose.PROFILING, Channel.EMAIL, 0), (Purpose.SHARING, Channel.NONE, 1)],
)
def test_a_choice_that_cannot_be_is_refused(shop: Shop, lin: UUID, purpose, channel, version) -> None:
    with pytest.raises(privacy.ConsentInvalid):
        say(shop, lin, purpose, yes=True, channel=channel, version=version)
    assert privacy.history(shop.conn, lin) == []


def test_a_yes_names_the_version_that_was_shown(shop: Shop, lin: UUID) -> None:
    program_id = shop.plan.program.program_id
    for text in ("May we?", "May we, please?"):
        privacy.publish(shop.conn, program_id, Purpose.SHARING, {"en": text}, by="lin", at=shop.at)
    say(shop, lin, Purpose.SHARING, yes=True, version=1)
    assert [one.version for one in privacy.history(shop.conn, lin)] == [1]


def keep_segment(shop: Shop) -> segments.Segment:
    wanted = segments.Segment(
        program_id=shop.plan.program.program_id, segment_id=0, code="all", name={"en": "All"},
        condition="member.orders_12m >= 0", created_at=shop.at,
    )  # fmt: skip
    return flows.save_segment(shop.conn, shop.plan, wanted, by="lin", at=shop.at)


def inside(shop: Shop, segment: segments.Segment) -> set[UUID]:
    return {one for one, _ in segments.members(shop.conn, segment, at=shop.at, limit=99)}


def test_who_says_no_to_profiling_leaves_every_segment_at_once_and_is_in_none_again(shop: Shop, lin: UUID) -> None:
    other = shop.join("other")
    segment = keep_segment(shop)
    assert inside(shop, segment) == {lin, other}
    shop.later(1)
    say(shop, lin, Purpose.PROFILING, yes=False)
    assert inside(shop, segment) == {other}
    flows.refresh_segment(shop.conn, shop.plan, segment, at=shop.at)
    assert inside(shop, segment) == {other}
    shop.later(1)
    say(shop, lin, Purpose.PROFILING, yes=True)
    flows.refresh_segment(shop.conn, shop.plan, segment, at=shop.at)
    assert inside(shop, segment) == {lin, other}


def test_a_no_costs_nothing(shop: Shop, lin: UUID) -> None:
    other = shop.join("other")
    for purpose in Purpose:
        for channel in privacy.CHANNELS[purpose]:
            say(shop, lin, purpose, yes=False, channel=channel)
    assert shop.buy(lin, "1", 30000).points == shop.buy(other, "2", 30000).points > 0
    told = [flows.offers(shop.conn, shop.plan, one, at=shop.at) for one in (lin, other)]
    assert told[0] == told[1] != []


def test_whose_data_is_restricted_is_reached_for_nothing_and_earns_as_before(shop: Shop, lin: UUID) -> None:
    segment = keep_segment(shop)
    shop.later(1)
    flows.restrict_member(shop.conn, shop.plan, lin, is_restricted=True, reason="dispute", by="lin", at=shop.at)
    assert not any(reach(shop, lin, one) for one in (Purpose.SERVICE, Purpose.PROFILING))
    assert inside(shop, segment) == set()
    assert shop.buy(lin, "1", 30000).points > 0
    flows.restrict_member(shop.conn, shop.plan, lin, is_restricted=False, reason="", by="lin", at=shop.at)
    assert reach(shop, lin, Purpose.SERVICE)


def test_the_frozen_the_erased_and_the_unknown_are_not_reached(shop: Shop, lin: UUID) -> None:
    members.set_status(shop.conn, shop.plan.program.program_id, lin, members.Status.FROZEN)
    assert not reach(shop, lin, Purpose.SERVICE)
    say(shop, lin, Purpose.SERVICE, yes=False)
    assert flows.may_reach(shop.conn, shop.plan, [UUID(int=7)], Purpose.SERVICE, Channel.NONE) == set()


def test_a_merged_member_is_who_they_were_merged_into(shop: Shop, lin: UUID) -> None:
    old = shop.join("old")
    flows.merge_members(shop.conn, shop.plan, old, lin, at=shop.at)
    say(shop, old, Purpose.MARKETING, yes=True, channel=Channel.PUSH)
    assert reach(shop, lin, Purpose.MARKETING, Channel.PUSH)
    assert reach(shop, old, Purpose.MARKETING, Channel.PUSH)


def test_a_link_is_over_after_a_week(shop: Shop, lin: UUID) -> None:
    token = flows.ask_consent(shop.conn, shop.plan, lin, Purpose.MARKETING, Channel.EMAIL, 0, at=shop.at)
    shop.later(7)
    with pytest.raises(privacy.LinkOver):
        flows.confirm_consent(shop.conn, shop.plan, token, at=shop.at)
    assert not reach(shop, lin, Purpose.MARKETING, Channel.EMAIL)


def test_other_systems_learn_of_a_choice(shop: Shop, lin: UUID) -> None:
    say(shop, lin, Purpose.MARKETING, yes=True, channel=Channel.EMAIL)
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=0, limit=9, types=["consent.changed"])
    assert [noted.change.data for noted in page.changes] == [
        {"purpose": "marketing", "channel": "email", "is_given": True}
    ]
