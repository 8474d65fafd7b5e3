"""Benchmarks: they print rates and ratios, and assert nothing."""
