"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="ledger.entry",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"reason": '\'{"code": "erased"}\''},
    ),
    Personal(
        table="ledger.adjustment",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"shown_reason": "'erased'", "hidden_note": "''", "decision_note": "null"},
        hidden=("hidden_note", "decision_note"),
    ),
    Personal(
        table="ledger.hold",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || hold_id"},
    ),
    Personal(table="ledger.lot", purpose="books", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(table="ledger.notice", purpose="books", privacy=Privacy.DEED, fate=Fate.KEPT),
)
"""Every table of the room that has a member in it. Points and their sums stay; what they were for is forgotten."""
