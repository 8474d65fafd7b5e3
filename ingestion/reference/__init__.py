"""Tariffs as code: what a reference folder may hold, and whether it does."""
