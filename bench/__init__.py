"""Benchmarks: each measures us and a rival in the same run and prints the ratio. Never timed tests."""
