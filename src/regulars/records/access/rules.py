"""Which addresses a key may come from."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from .model import NetworkInvalid


def network(text: str) -> str:
    """A network in its normal form; a single address is one of one.

    Raises:
        NetworkInvalid: it is not written as an address or as CIDR.
    """
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise NetworkInvalid(f"{text!r} is no address and no network such as 203.0.113.0/24.") from None


def is_from(networks: Iterable[str], address: str) -> bool:
    """Whether an address is in one of the networks. No networks are everywhere; what is no address is nowhere."""
    wanted = list(networks)
    if not wanted:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in _read(one) for one in wanted)


@lru_cache(maxsize=1024)
def _read(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)
