"""Members bring friends: both are rewarded once the first purchase is kept, and nobody for bringing themselves."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from regulars import flows
from regulars.flows import refer_friends
from regulars.program import referrals
from regulars.program.referrals import Review, State
from regulars.records import members

KINDS = members.IdentifierKind


@dataclass
class Street:
    """A shop with referrals, and people who bring each other."""

    shop: object

    @property
    def program_id(self) -> int:
        return self.shop.plan.program.program_id

    def terms(self, **more) -> None:
        fields = {"advocate_points": 100, "friend_points": 50, "minimum_minor": 5000, "keep_days": 14, **more}
        scheme = referrals.Scheme(program_id=self.program_id, **fields)
        referrals.save(self.shop.conn, scheme, by="ann", at=self.shop.at)
        self.shop.reload()

    def code(self, member: UUID) -> str:
        return referrals.issue(self.shop.conn, self.program_id, member, at=self.shop.at)

    def member(self, name: str, *, email: str = "") -> tuple[members.Member, bool]:
        named = [members.Identifier(KINDS.EXTERNAL, name)]
        named += [members.normal(KINDS.EMAIL, email)] if email else []
        enrollment = members.Enrollment(identifiers=tuple(named), enrolled_at=self.shop.at)
        ((member_id, is_new),) = flows.enroll_member(self.shop.conn, self.shop.plan, [enrollment], at=self.shop.at)
        return members.get(self.shop.conn, self.program_id, member_id), is_new

    def friend(self, name: str, code: str, *, email: str = "", **told: str) -> tuple[UUID, refer_friends.Joined]:
        conn, plan, at = self.shop.conn, self.shop.plan, self.shop.at
        advocate_id = refer_friends.check_code(conn, plan, code)
        member, is_new = self.member(name, email=email)
        done = refer_friends.join_by_code(conn, plan, member, advocate_id, told, is_new=is_new, at=at)
        refer_friends.note_traits(conn, plan, member, told, at=at)
        return member.member_id, done

    def settle(self) -> int:
        return refer_friends.settle_referrals(self.shop.conn, self.shop.plan, at=self.shop.at)

    def of(self, friend: UUID) -> referrals.Referral:
        return referrals.referrals(self.shop.conn, [friend])[friend]

    def points(self, *of: UUID) -> list[int]:
        return [self.shop.balance(one).available for one in of]


@pytest.fixture
def street(shop) -> Street:
    found = Street(shop)
    found.terms()
    return found


def test_both_sides_are_rewarded_when_the_first_purchase_is_kept_and_once(street):
    shop = street.shop
    ann = shop.join("ann")
    bob, done = street.friend("bob", street.code(ann))
    assert done.status == "joined"
    shop.buy(bob, "SO-1", 10_000)
    shop.buy(bob, "SO-2", 10_000)
    assert (street.of(bob).state, street.settle(), street.points(ann, bob)) == (State.BOUGHT, 0, [0, 200])
    shop.later(14)
    assert [street.settle(), street.settle()] == [1, 0]
    assert street.points(ann, bob) == [100, 250]
    assert street.of(bob).state is State.KEPT
    assert shop.is_sound()


@pytest.mark.parametrize(
    ("amount", "days", "state"), [(4999, 0, State.JOINED), (5000, 30, State.BOUGHT), (5000, 31, State.JOINED)]
)
def test_only_a_purchase_large_enough_and_in_time_counts(street, amount, days, state):
    bob, _ = street.friend("bob", street.code(street.shop.join("ann")))
    street.shop.later(days)
    street.shop.buy(bob, "SO-1", amount)
    assert street.of(bob).state is state


def test_case_078g_a_first_purchase_that_comes_back_cancels_what_is_pending(street):
    shop = street.shop
    ann = shop.join("ann")
    bob, _ = street.friend("bob", street.code(ann))
    shop.buy(bob, "SO-1", 10_000)
    shop.give_back("R-1", "SO-1")
    assert street.of(bob).state is State.CANCELLED
    shop.buy(bob, "SO-2", 10_000)
    shop.later(20)
    assert (street.settle(), street.points(ann)) == (0, [0])


def test_case_078g_what_was_paid_is_taken_back_from_both(street):
    shop = street.shop
    ann = shop.join("ann")
    bob, _ = street.friend("bob", street.code(ann))
    shop.buy(bob, "SO-1", 10_000)
    shop.later(14)
    street.settle()
    shop.give_back("R-1", "SO-1")
    assert street.of(bob).state is State.REVERSING
    assert [street.settle(), street.settle()] == [1, 0]
    assert (street.of(bob).state, street.points(ann, bob)) == (State.CANCELLED, [0, 0])
    assert shop.is_sound()


def test_a_partial_return_cancels_only_below_the_smallest_purchase(street):
    shop = street.shop
    bob, _ = street.friend("bob", street.code(shop.join("ann")))
    shop.buy(bob, "SO-1", 8_000)
    shop.give_back("R-1", "SO-1", amount_minor=3_000)
    assert street.of(bob).state is State.BOUGHT
    shop.give_back("R-2", "SO-1", amount_minor=1)
    assert street.of(bob).state is State.CANCELLED


@pytest.mark.parametrize(
    ("own", "theirs", "kind"),
    [
        ({"device": "D-1"}, {"device": "d1"}, "device"),
        ({"address": "1 Main St., Apt 2"}, {"address": "1 MAIN ST APT 2"}, "address"),
        ({"payment": "card-77"}, {"payment": "ＣＡＲＤ７７"}, "payment"),
        ({"email": "li.n+a@example.com"}, {"email": "lin@example.com"}, "email"),
    ],
)
def test_case_078f_who_shares_something_waits_for_a_person_and_is_not_paid(street, own, theirs, kind):
    shop = street.shop
    ann, _ = street.member("ann", email=own.pop("email", ""))
    refer_friends.note_traits(shop.conn, shop.plan, ann, own, at=shop.at)
    bob, done = street.friend("bob", street.code(ann.member_id), **theirs)
    assert (done.status, done.reasons) == ("referral-review", (kind,))
    shop.buy(bob, "SO-1", 10_000)
    shop.later(20)
    assert (street.settle(), street.points(ann.member_id, bob)) == (0, [0, 100])
    referrals.decide(shop.conn, street.program_id, bob, Review.APPROVED, by="eve", at=shop.at)
    assert (street.settle(), street.points(ann.member_id, bob)) == (1, [100, 150])
    with pytest.raises(referrals.ReferralDecided):
        referrals.decide(shop.conn, street.program_id, bob, Review.REFUSED, by="eve", at=shop.at)


def test_a_refused_referral_is_never_paid(street):
    shop = street.shop
    ann, _ = street.member("ann")
    refer_friends.note_traits(shop.conn, shop.plan, ann, {"device": "D"}, at=shop.at)
    bob, _ = street.friend("bob", street.code(ann.member_id), device="D")
    shop.buy(bob, "SO-1", 10_000)
    referrals.decide(shop.conn, street.program_id, bob, Review.REFUSED, by="eve", at=shop.at)
    shop.later(20)
    assert (street.settle(), street.of(bob).state, street.of(bob).decided_by) == (0, State.REFUSED, "eve")


def test_ones_own_code_earns_nothing(street):
    ann = street.shop.join("ann")
    _, done = street.friend("ann", street.code(ann))
    assert (done.status, done.reasons) == ("referral-review", ("identifier",))
    assert referrals.listed(street.shop.conn, street.program_id, limit=9) == []


@pytest.mark.parametrize("size", [2, 10, 50])
@pytest.mark.parametrize("shape", ["chain", "star"])
def test_seeded_rings_are_not_paid_by_themselves(street, size, shape):
    shop = street.shop
    before = shop.join("ring-0")
    code = street.code(before)
    refer_friends.note_traits(
        shop.conn, shop.plan, members.get(shop.conn, street.program_id, before), {"device": "farm"}, at=shop.at
    )
    for n in range(1, size):
        friend, done = street.friend(f"ring-{n}", code, device="farm")
        assert done.status == "referral-review"
        shop.buy(friend, f"SO-{n}", 10_000)
        code = street.code(friend) if shape == "chain" else code
    shop.later(20)
    assert street.settle() == 0


def test_honest_friends_of_one_street_are_not_held(street):
    code = street.code(street.shop.join("ann"))
    held = [street.friend(f"F-{n}", code, device=f"phone {n}", address=f"{n} Elm")[1].status for n in range(100)]
    assert held == ["joined"] * 100


def test_friends_who_came_to_share_the_account_wait_for_a_person(street):
    shop = street.shop
    ann = shop.join("ann")
    bob, _ = street.friend("bob", street.code(ann))
    shop.buy(bob, "SO-1", 10_000)
    flows.found_household(shop.conn, shop.plan, "HH", [ann, bob], at=shop.at)
    shop.later(14)
    assert (street.settle(), street.settle()) == (1, 0)
    assert (street.of(bob).review, street.of(bob).reasons) == (Review.WAITS, ("account",))


def test_beyond_the_cap_the_friend_is_rewarded_and_the_advocate_is_not(street):
    street.terms(cap=2, cap_period="year")
    shop = street.shop
    ann = shop.join("ann")
    friends = [street.friend(f"F-{n}", street.code(ann))[0] for n in range(3)]
    for n, friend in enumerate(friends):
        shop.buy(friend, f"SO-{n}", 10_000)
    shop.later(14)
    assert (street.settle(), street.points(ann)) == (3, [200])
    assert street.points(*friends) == [150, 150, 150]
    assert sorted(street.of(friend).note for friend in friends) == ["", "", "cap"]


def test_a_member_of_long_standing_is_no_friend_and_the_first_advocate_stays(street):
    shop = street.shop
    ann, bob = shop.join("ann"), shop.join("bob")
    assert street.friend("bob", street.code(ann))[1].status == "member-already"
    cat, _ = street.friend("cat", street.code(ann))
    assert street.friend("cat", street.code(ann))[1].status == "joined"
    assert street.friend("cat", street.code(bob))[1].status == "member-already"
    assert street.of(cat).advocate_id == ann


def test_an_unknown_code_and_closed_referrals_are_refused(street):
    code = street.code(street.shop.join("ann"))
    assert referrals.advocate(street.shop.conn, street.program_id, f" {code[:4].lower()}-{code[4:]}")
    with pytest.raises(referrals.ReferralCodeUnknown):
        street.friend("bob", "NOBODYHAS")
    street.terms(is_live=False)
    with pytest.raises(referrals.ReferralClosed):
        street.friend("bob", code)


def test_the_funnel_counts_how_far_they_came(street):
    shop = street.shop
    ann = shop.join("ann")
    code = street.code(ann)
    kept, bought, joined = (street.friend(name, code)[0] for name in ("kept", "bought", "joined"))
    shop.buy(kept, "SO-1", 10_000)
    shop.later(14)
    street.settle()
    shop.buy(bought, "SO-2", 10_000)
    found = referrals.funnel(shop.conn, street.program_id)
    assert (found.codes, found.joined, found.bought, found.kept, found.points) == (1, 3, 2, 1, 150)
    assert street.of(joined).state is State.JOINED


@pytest.mark.parametrize(
    "wrong",
    [{"advocate_points": 0, "friend_points": 0}, {"window_days": 0}, {"cap": 0}, {"link": "http://x/{code}"},
     {"link": "https://x/"}, {"keep_days": -1}],
)  # fmt: skip
def test_terms_without_sense_are_refused(street, wrong):
    with pytest.raises(referrals.SchemeInvalid):
        street.terms(**wrong)


def test_history_tells_who_changed_the_terms(street):
    street.terms(friend_points=80)
    newest, first = referrals.history(street.shop.conn, street.program_id)
    assert (newest.changed_by, newest.changes) == ("ann", {"friend_points": ("50", "80")})
    assert first.changes["advocate_points"] == ("", "100")
