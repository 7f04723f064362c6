"""regulars: a customer-loyalty platform. Floors, from the ground up, in ARCHITECTURE.md."""

__version__ = "0.1.0"
