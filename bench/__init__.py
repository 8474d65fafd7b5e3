"""Benchmarks: they print rates and ratios, and hold them against the design's budgets."""
