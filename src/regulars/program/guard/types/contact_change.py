"""Points are spent right after the phone or e-mail changed: somebody may have taken it over. Source: threats TM13."""

from collections.abc import Mapping


class ContactChange:
    """A spending soon after a new contact."""

    NAME: Mapping[str, str] = {"en": "Spends after a new contact", "zh": "更换联系方式后用分"}
    MEANS: Mapping[str, str] = {
        "en": "At least {points} points are spent within {hours} hours after a phone or e-mail was added.",
        "zh": "新增手机或邮箱后 {hours} 小时内使用至少 {points} 积分。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"points": (500, 1, 10**9), "hours": (48, 1, 720)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "points": {"en": "Points at once", "zh": "一次使用积分"},
        "hours": {"en": "Hours after the change", "zh": "更换后小时数"},
    }
    THRESHOLD = "points"
    SPAN = ("hours", 1)
    STATEMENT = "find_contact_change"
    IS_OF_SPENDING = True


TYPE = ContactChange()
