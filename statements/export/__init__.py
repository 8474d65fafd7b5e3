"""Statements as invoice data for another system (docs/export.md)."""
