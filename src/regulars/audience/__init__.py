"""Whom we mean: the one condition language, and what is built on it."""
