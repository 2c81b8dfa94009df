"""Envelopes of each provider, both ways: what is sent, and what an answer means."""
