"""A sample operator: its feed files, and a manifest of what was planted in them."""

from ingestion.generate.sample import InboxNotEmpty, InvalidSize, generate

__all__ = ["InboxNotEmpty", "InvalidSize", "generate"]
