"""What happens when ...: one file per story that crosses rooms, one transaction each."""

from .activate_points import Activated, activate_points
from .adjust_points import POINTS_MAX as ADJUSTMENT_POINTS_MAX
from .adjust_points import AdjustmentInvalid, adjust_points
from .ask_adjustment import Asked, SelfGrant, adjustment_id, ask_adjustment
from .attend_experience import (
    Attended,
    Booked,
    attend_experience,
    book_seat,
    cancel_seat,
    close_experiences,
    experience_condition,
    rate_experience,
)
from .breach_scope import breach_scope
from .capture_holds import CaptureExceedsHold, HoldAlreadyCaptured, HoldExpired, HoldUnknown
from .check_coupon import Checked, check_coupon, coupon_gives, coupon_words
from .close_day import Closed, close_day
from .decide_adjustment import AdjustmentUnknown, AlreadyDecided, FourEyes, approve_adjustment, decline_adjustment
from .deciding import Decision, Further, State, decide
from .deciding_events import decide_event
from .draw_winners import draw_winners
from .eligibility import audience_text, for_whom, reward_audience, reward_condition
from .enroll_member import enroll_member
from .erase_member import Erased, erase_due, erase_member, forget_member
from .event_items import EventIntake, RecordedEvent
from .found_program import found_program
from .fulfill_redemption import fulfill_redemption
from .give_consent import (
    ask_consent,
    confirm_consent,
    give_consent,
    may_reach,
    restrict_member,
    stop_consent,
    stop_token,
)
from .give_points import CoolDown, Gift, Given, InvalidRecipient, TransferLimit, give_points
from .guard_members import Loopholes, backtest, decide_case, judge_spending, loopholes, reopen_case
from .guard_members import watch as guard_members
from .hold_points import (
    Held,
    PointsOutOfRange,
    TooManyHolds,
    capture_hold,
    hold_points,
    release_due_holds,
    release_hold,
)
from .issue_coupons import (
    Issued,
    ask_batch,
    fill_batch,
    issue_coupon,
    member_coupons,
    transfer_coupon,
)
from .keep_segments import describe as describe_segment
from .keep_segments import refresh_segment, save_segment
from .lint_value import lint_draft, lint_value
from .load_wallet import LOAD_MINOR_MAX, Loaded, load_wallet
from .member_tiers import below as tier_below
from .member_tiers import member_tiers
from .member_tiers import standing as tier_standing
from .merge_members import AlreadyMerged, Merged, MergedIntoItself, merge_members
from .offer_rewards import offers
from .personal_data import REGISTER, Kept, forget_old, of_member, retention
from .plan import Plan, load
from .price_basket import Basket, member_pay_bp
from .quote_order import Quoted, quote_order
from .record_activities import record_activities
from .record_events import record_events
from .redeem_reward import Redeemed, redeem_reward
from .refund_order import Refunded, refund_order
from .reinstate_order import Reinstated, reinstate_order
from .replay_points import Told as Replay
from .replay_points import replay_points
from .reserve_coupon import (
    ReservationUnknown,
    Reserved,
    release_coupons,
    release_due_coupons,
    reserve_coupon,
)
from .return_goods import Goods, GoodsNotBought, return_goods
from .run_campaign import audience_of, audience_said, has_stale_audience, run_campaign, turn_campaigns
from .sales import Intake, Recorded
from .save_pool import save_pool
from .save_reward import revert_reward, save_reward
from .save_rule import RuleWanted, Written, checked_rule, save_rule
from .save_tier_set import TierMoves, TierSetSaved, preview_tier_set, save_tier_set, undo_tier_set
from .save_tier_set import standings as tier_standings
from .save_tier_set import tally as tally_standings
from .segment_ranks import needs as tier_needs
from .set_tier import TierGiven, TierNotGiven, TierReached, set_tier
from .settle_return import confirm_return, fail_return
from .share_account import (
    AlreadyInHousehold,
    HouseholdFull,
    LastMember,
    NobodyToShare,
    Pooled,
    dissolve_household,
    found_household,
    join_household,
    leave_household,
    show_household,
)
from .start_campaign import audience_terms, start_campaign
from .try_program import ask_trial, check_trial, run_trial, usual_days
from .try_rules import Trial, Tried, try_past_order, try_rules
from .undo_redemption import undo_redemption
from .unmerge_members import MergeFinal, NotMerged, unmerge_members
from .verify_books import Verdict, verify_books
from .watch_campaigns import Watched, dry_run_line, watch_campaigns
from .wording import vocabulary

__all__ = [
    "ADJUSTMENT_POINTS_MAX",
    "LOAD_MINOR_MAX",
    "REGISTER",
    "Activated",
    "AdjustmentInvalid",
    "AdjustmentUnknown",
    "AlreadyDecided",
    "AlreadyInHousehold",
    "AlreadyMerged",
    "Asked",
    "Attended",
    "Basket",
    "Booked",
    "CaptureExceedsHold",
    "Checked",
    "Closed",
    "CoolDown",
    "Decision",
    "Erased",
    "EventIntake",
    "FourEyes",
    "Further",
    "Gift",
    "Given",
    "Goods",
    "GoodsNotBought",
    "Held",
    "HoldAlreadyCaptured",
    "HoldExpired",
    "HoldUnknown",
    "HouseholdFull",
    "Intake",
    "InvalidRecipient",
    "Issued",
    "Kept",
    "LastMember",
    "Loaded",
    "Loopholes",
    "MergeFinal",
    "Merged",
    "MergedIntoItself",
    "NobodyToShare",
    "NotMerged",
    "Plan",
    "PointsOutOfRange",
    "Pooled",
    "Quoted",
    "Recorded",
    "RecordedEvent",
    "Redeemed",
    "Refunded",
    "Reinstated",
    "Replay",
    "ReservationUnknown",
    "Reserved",
    "RuleWanted",
    "SelfGrant",
    "State",
    "TierGiven",
    "TierMoves",
    "TierNotGiven",
    "TierReached",
    "TierSetSaved",
    "TooManyHolds",
    "TransferLimit",
    "Trial",
    "Tried",
    "Verdict",
    "Watched",
    "Written",
    "activate_points",
    "adjust_points",
    "adjustment_id",
    "approve_adjustment",
    "ask_adjustment",
    "ask_batch",
    "ask_consent",
    "ask_trial",
    "attend_experience",
    "audience_of",
    "audience_said",
    "audience_terms",
    "audience_text",
    "backtest",
    "book_seat",
    "breach_scope",
    "cancel_seat",
    "capture_hold",
    "check_coupon",
    "check_trial",
    "checked_rule",
    "close_day",
    "close_experiences",
    "confirm_consent",
    "confirm_return",
    "coupon_gives",
    "coupon_words",
    "decide",
    "decide_case",
    "decide_event",
    "decline_adjustment",
    "describe_segment",
    "dissolve_household",
    "draw_winners",
    "dry_run_line",
    "enroll_member",
    "erase_due",
    "erase_member",
    "experience_condition",
    "fail_return",
    "fill_batch",
    "for_whom",
    "forget_member",
    "forget_old",
    "found_household",
    "found_program",
    "fulfill_redemption",
    "give_consent",
    "give_points",
    "guard_members",
    "has_stale_audience",
    "hold_points",
    "issue_coupon",
    "join_household",
    "judge_spending",
    "leave_household",
    "lint_draft",
    "lint_value",
    "load",
    "load_wallet",
    "loopholes",
    "may_reach",
    "member_coupons",
    "member_pay_bp",
    "member_tiers",
    "merge_members",
    "of_member",
    "offers",
    "preview_tier_set",
    "quote_order",
    "rate_experience",
    "record_activities",
    "record_events",
    "redeem_reward",
    "refresh_segment",
    "refund_order",
    "reinstate_order",
    "release_coupons",
    "release_due_coupons",
    "release_due_holds",
    "release_hold",
    "reopen_case",
    "replay_points",
    "reserve_coupon",
    "restrict_member",
    "retention",
    "return_goods",
    "revert_reward",
    "reward_audience",
    "reward_condition",
    "run_campaign",
    "run_trial",
    "save_pool",
    "save_reward",
    "save_rule",
    "save_segment",
    "save_tier_set",
    "set_tier",
    "show_household",
    "start_campaign",
    "stop_consent",
    "stop_token",
    "tally_standings",
    "tier_below",
    "tier_needs",
    "tier_standing",
    "tier_standings",
    "transfer_coupon",
    "try_past_order",
    "try_rules",
    "turn_campaigns",
    "undo_redemption",
    "undo_tier_set",
    "unmerge_members",
    "usual_days",
    "verify_books",
    "vocabulary",
    "watch_campaigns",
]
