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
from .found_program import found_program
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
from .plan import Plan, load
from .quote_order import Quoted, quote_order
from .record_activities import record_activities
from .record_events import EventIntake, RecordedEvent, record_events
from .redeem_reward import Redeemed, fulfill_redemption, offers, redeem_reward, undo_redemption
from .refund_order import Refunded, refund_order
from .replay_points import Told as Replay
from .replay_points import replay_points
from .return_goods import Goods, GoodsNotBought, return_goods
from .sales import Intake, Recorded
from .verify_books import Verdict, verify_books

__all__ = [
    "ADJUSTMENT_POINTS_MAX",
    "LOAD_MINOR_MAX",
    "Activated",
    "AdjustmentInvalid",
    "AdjustmentUnknown",
    "AlreadyDecided",
    "Asked",
    "CaptureExceedsHold",
    "Closed",
    "Decision",
    "EventIntake",
    "FourEyes",
    "Goods",
    "GoodsNotBought",
    "Held",
    "HoldAlreadyCaptured",
    "HoldExpired",
    "HoldUnknown",
    "Intake",
    "Loaded",
    "Plan",
    "PointsOutOfRange",
    "Quoted",
    "Recorded",
    "RecordedEvent",
    "Redeemed",
    "Refunded",
    "Replay",
    "SelfGrant",
    "State",
    "TooManyHolds",
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
    "enroll_member",
    "found_program",
    "fulfill_redemption",
    "hold_points",
    "load",
    "load_wallet",
    "offers",
    "quote_order",
    "record_activities",
    "record_events",
    "redeem_reward",
    "refund_order",
    "release_due_holds",
    "release_hold",
    "replay_points",
    "return_goods",
    "undo_redemption",
    "verify_books",
]
