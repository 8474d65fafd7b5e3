"""Tariffs as code: an operator's own examples held against the models, and simulation of a past."""
