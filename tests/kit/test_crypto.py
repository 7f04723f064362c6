"""Sealed bytes open only where they were meant to."""

import pytest

from regulars.kit import crypto


def test_what_is_sealed_opens_again(tmp_path):
    sealer = crypto.sealer(tmp_path)
    sealed = sealer.seal("手机号 138".encode(), purpose="inbox")
    assert b"138" not in sealed
    assert crypto.sealer(tmp_path).open(sealed, purpose="inbox") == "手机号 138".encode()


def test_another_purpose_another_key_or_a_changed_byte_opens_nothing(tmp_path):
    sealer = crypto.sealer(tmp_path)
    sealed = sealer.seal(b"secret", purpose="inbox")
    (tmp_path / "other").mkdir()
    for attempt in (
        lambda: sealer.open(sealed, purpose="export"),
        lambda: crypto.sealer(tmp_path / "other").open(sealed, purpose="inbox"),
        lambda: sealer.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), purpose="inbox"),
    ):
        with pytest.raises(crypto.SealBroken):
            attempt()


def test_a_key_that_others_may_read_is_refused(tmp_path):
    crypto.sealer(tmp_path)
    (tmp_path / "data.key").chmod(0o644)
    with pytest.raises(crypto.KeyUnusable, match="chmod 600"):
        crypto.sealer(tmp_path)
