"""Benchmarks: `python -m tests.benchmarks [name ...]`. Never part of the tests."""
