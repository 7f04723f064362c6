"""What happens when ...: one file per story that crosses rooms, one transaction each."""

from .activate_points import Activated, activate_points
from .adjust_points import POINTS_MAX as ADJUSTMENT_POINTS_MAX
from .adjust_points import AdjustmentInvalid, adjust_points
from .ask_adjustment import Asked, SelfGrant, adjustment_id, ask_adjustment
from .capture_holds import CaptureExceedsHold, HoldAlreadyCaptured, HoldExpired, HoldUnknown
from .close_day import Closed, close_day
from .decide_adjustment import AdjustmentUnknown, AlreadyDecided, FourEyes, approve_adjustment, decline_adjustment
from .deciding import Decision, State, decide
from .deciding_events import decide_event
from .enroll_member import enroll_member
from .event_items import EventIntake, RecordedEvent
from .found_program import found_program
from .give_points import CoolDown, Gift, Given, InvalidRecipient, TransferLimit, give_points
from .hold_points import (
    Held,
    PointsOutOfRange,
    TooManyHolds,
    capture_hold,
    hold_points,
    release_due_holds,
    release_hold,
)
from .load_wallet import LOAD_MINOR_MAX, Loaded, load_wallet
from .member_tiers import below as tier_below
from .member_tiers import benefits as told_benefits
from .member_tiers import member_tiers
from .member_tiers import standing as tier_standing
from .merge_members import AlreadyMerged, Merged, MergedIntoItself, merge_members
from .plan import Plan, load
from .quote_order import Quoted, quote_order
from .record_activities import record_activities
from .record_events import record_events
from .redeem_reward import Redeemed, fulfill_redemption, offers, redeem_reward, undo_redemption
from .refund_order import Refunded, refund_order
from .replay_points import Told as Replay
from .replay_points import replay_points
from .return_goods import Goods, GoodsNotBought, return_goods
from .sales import Intake, Recorded
from .save_tier_set import TierMoves, TierSetSaved, preview_tier_set, save_tier_set, undo_tier_set
from .save_tier_set import standings as tier_standings
from .save_tier_set import tally as tally_standings
from .segment_ranks import needs as tier_needs
from .set_tier import TierGiven, TierNotGiven, TierReached, set_tier
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
from .unmerge_members import MergeFinal, NotMerged, unmerge_members
from .verify_books import Verdict, verify_books

__all__ = [
    "ADJUSTMENT_POINTS_MAX",
    "LOAD_MINOR_MAX",
    "Activated",
    "AdjustmentInvalid",
    "AdjustmentUnknown",
    "AlreadyDecided",
    "AlreadyInHousehold",
    "AlreadyMerged",
    "Asked",
    "CaptureExceedsHold",
    "Closed",
    "CoolDown",
    "Decision",
    "EventIntake",
    "FourEyes",
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
    "LastMember",
    "Loaded",
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
    "Replay",
    "SelfGrant",
    "State",
    "TierGiven",
    "TierMoves",
    "TierNotGiven",
    "TierReached",
    "TierSetSaved",
    "TooManyHolds",
    "TransferLimit",
    "Verdict",
    "activate_points",
    "adjust_points",
    "adjustment_id",
    "approve_adjustment",
    "ask_adjustment",
    "capture_hold",
    "close_day",
    "decide",
    "decide_event",
    "decline_adjustment",
    "dissolve_household",
    "enroll_member",
    "found_household",
    "found_program",
    "fulfill_redemption",
    "give_points",
    "hold_points",
    "join_household",
    "leave_household",
    "load",
    "load_wallet",
    "member_tiers",
    "merge_members",
    "offers",
    "preview_tier_set",
    "quote_order",
    "record_activities",
    "record_events",
    "redeem_reward",
    "refund_order",
    "release_due_holds",
    "release_hold",
    "replay_points",
    "return_goods",
    "save_tier_set",
    "set_tier",
    "show_household",
    "tally_standings",
    "tier_below",
    "tier_needs",
    "tier_standing",
    "tier_standings",
    "told_benefits",
    "undo_redemption",
    "undo_tier_set",
    "unmerge_members",
    "verify_books",
]
