"""Benchmarks: ratios between runs on the same machine, never timed tests."""
