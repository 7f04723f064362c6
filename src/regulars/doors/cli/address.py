"""Where this server is reached."""

from regulars.kit.settings import Settings


def address(found: Settings) -> str:
    """From this machine."""
    host = f"[{found.host}]" if ":" in found.host else found.host
    return f"http://{host}:{found.port}"


def public_address(found: Settings) -> str:
    """By people, who may come through a proxy."""
    return found.public_url.rstrip("/") or address(found)
