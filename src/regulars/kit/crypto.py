"""Sealing bytes at rest (AES-256-GCM) and signing them (Ed25519), with keys in files that only their owner can read."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class KeyUnusable(Exception):
    """The key file has the wrong length or may be read by others."""


class SealBroken(Exception):
    """The sealed bytes were changed, or sealed for another purpose or with another key."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens bytes; `purpose` is bound in, so what was sealed for one place opens in no other."""

    key: bytes

    def seal(self, clear: bytes, *, purpose: str) -> bytes:
        """12 bytes of nonce, then ciphertext and tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, clear, purpose.encode())

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """The clear bytes.

        Raises:
            SealBroken: not what `seal` made with this key for this purpose.
        """
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except InvalidTag as broken:
            raise SealBroken("these bytes were not sealed with this key for this purpose") from broken


def sealer(home: Path) -> Sealer:
    """The sealer of a data folder; its key file `data.key` (mode 0600) is made when absent.

    Raises:
        KeyUnusable: the file is not 32 bytes long, or group or others may read it.
    """
    return Sealer(_secret(home / "data.key"))


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs bytes with Ed25519; whoever has the public half can tell that it was us."""

    key: bytes

    @property
    def public(self) -> bytes:
        """The half that may be given away, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.key).public_key().public_bytes_raw()

    def sign(self, clear: bytes) -> bytes:
        """A signature of 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.key).sign(clear)


def signer(home: Path) -> Signer:
    """The signer of a data folder; its key file `audit.key` (mode 0600) is made when absent.

    Raises:
        KeyUnusable: the file is not 32 bytes long, or group or others may read it.
    """
    return Signer(_secret(home / "audit.key"))


def is_signed(clear: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the signature of these bytes was made by whoever has this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, clear)
    except (InvalidSignature, ValueError):
        return False
    return True


def _secret(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(f"{path} may be read by others: chmod 600 it")
    key = path.read_bytes()
    if len(key) != 32:
        raise KeyUnusable(f"{path} is not a key of 32 bytes: restore it from your backup")
    return key
