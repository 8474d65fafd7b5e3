"""Closed cycles computed anew on request, and what that changed (docs/billing.md, rule 18)."""
