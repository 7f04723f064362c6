"""The demo shop: a year of a real grocer, as its loyalty program would have lived it, ending now."""

from .command import demo
from .load import Loaded, load

command = demo

__all__ = ["Loaded", "command", "demo", "load"]
