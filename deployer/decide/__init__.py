"""Decisions: pure functions over plain data, no AWS and no printing."""
