"""Closed lists of words. A word outside its list is a mistake found at save, not a rule that never matches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.records import activities, members

from .fields import Field, Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One value of a closed vocabulary: how rules write it, how it is stored, how people read it."""

    code: str
    stored: int | str
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a program's rules may say: its currency (ISO 4217), its wallet of points, and closed lists of words.

    `words["tier"]` goes from the lowest tier up; a member without a tier has the first. Lists for `store`, `channel`,
    `source` and `category` are optional: without one, any text is taken. `attributes` are the fields of an event
    besides its own, by name (`event_fields`).
    """

    currency: str
    wallet_id: int
    words: Mapping[str, tuple[Word, ...]]
    attributes: Mapping[str, Field] = field(default_factory=dict)

    def listed(self, name: str) -> tuple[Word, ...] | None:
        """The words of a list, or None where any text is taken."""
        found = _EVERYWHERE.get(name) or self.words.get(name)
        return () if found is None and name == "tier" else found

    def word(self, name: str, code: str) -> Word:
        """The word that rules write as `code`; a text of no list stands for itself."""
        known = (word for word in self.listed(name) or () if word.code == code)
        return next(known, Word(code=code, stored=code))


def _word(code: str, stored: int | str, en: str, zh: str) -> Word:
    return Word(code=code, stored=stored, label={"en": en, "zh": zh})


_EVERYWHERE: Mapping[str, tuple[Word, ...]] = {
    "status": (
        _word("active", members.Status.ACTIVE.value, "active", "正常"),
        _word("frozen", members.Status.FROZEN.value, "frozen", "冻结"),
    ),
    "language": (_word("en", "en", "English", "英文"), _word("zh", "zh", "Chinese", "中文")),
    "line_kind": (
        _word("product", activities.LineKind.PRODUCT.value, "product", "商品"),
        _word("delivery", activities.LineKind.DELIVERY.value, "delivery", "运费"),
        _word("gift_card", activities.LineKind.GIFT_CARD.value, "gift card", "礼品卡"),
        _word("fee", activities.LineKind.FEE.value, "fee", "服务费"),
    ),
    "redemption_state": (
        _word("issued", 1, "issued", "已发放"),
        _word("fulfilled", 2, "handed out", "已核销"),
        _word("undone", 3, "undone", "已撤销"),
        _word("preparing", 4, "in preparation", "备货中"),
        _word("shipped", 5, "shipped", "已发货"),
    ),
}
"""Lists that are the same in every program. Numbers are as their rooms store them."""


_SORTS: Mapping[activities.AttributeType, Sort] = {
    activities.AttributeType.TEXT: Sort.TEXT,
    activities.AttributeType.INTEGER: Sort.NUMBER,
    activities.AttributeType.MONEY: Sort.MONEY,
    activities.AttributeType.BOOLEAN: Sort.TEXT,
    activities.AttributeType.DATE: Sort.DAY,
    activities.AttributeType.INSTANT: Sort.INSTANT,
    activities.AttributeType.ENUM: Sort.TEXT,
}
_TRUTHS = (_word("yes", "yes", "yes", "是"), _word("no", "no", "no", "否"))


def event_fields(kind: activities.EventType) -> tuple[dict[str, Field], dict[str, tuple[Word, ...]]]:
    """The attributes of an event type as fields, and the closed lists of words they take: a truth is "yes" or "no"."""
    fields: dict[str, Field] = {}
    words: dict[str, tuple[Word, ...]] = {}
    for one in kind.attributes:
        listed = ""
        if one.type is activities.AttributeType.BOOLEAN:
            listed, words["truth"] = "truth", _TRUTHS
        elif one.options:
            listed = f"event.{one.name}"
            words[listed] = tuple(Word(code=option, stored=option) for option in one.options)
        fields[one.name] = Field(one.name, _SORTS[one.type], "", one.name, one.name, lacks=True, words=listed)
    return fields, words
