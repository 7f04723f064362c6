"""What every kind of benefit offers, and the kind that is only words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..model import LadderTermsInvalid

_TEXT_MAX = 200


class BenefitKind(Protocol):
    """A kind of benefit."""

    @property
    def NAME(self) -> Mapping[str, str]:  # noqa: N802
        """What it is called in lists, by language."""
        ...

    def check(self, params: Mapping[str, Any]) -> None:
        """Raises LadderTermsInvalid for parameters without sense."""
        ...

    def words(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """The benefit as members read it, by language."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A promise in words that people keep: the name of the kind, or the operator's own `text` instead."""

    en: str
    zh: str
    needs_text: bool = False

    @property
    def NAME(self) -> Mapping[str, str]:  # noqa: N802
        """What it is called."""
        return {"en": self.en, "zh": self.zh}

    def check(self, params: Mapping[str, Any]) -> None:
        """`text` by language, nothing else."""
        only(params, "text")
        text = params.get("text", {})
        if not isinstance(text, Mapping) or not all(
            code in ("en", "zh") and isinstance(words, str) and 0 < len(words.strip()) <= _TEXT_MAX
            for code, words in text.items()
        ):
            raise LadderTermsInvalid(f"A text has words in en or zh, at most {_TEXT_MAX} letters each.")
        if self.needs_text and not text:
            raise LadderTermsInvalid("A benefit in your own words needs them.")

    def words(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """The operator's words, else the kind's name."""
        text: Mapping[str, str] = params.get("text") or self.NAME
        return text


def only(params: Mapping[str, Any], *known: str) -> None:
    """Refuse parameters a kind does not know.

    Raises:
        LadderTermsInvalid: there are some.
    """
    if unknown := sorted(set(params) - set(known)):
        raise LadderTermsInvalid(f"This benefit does not know {', '.join(unknown)}.")
