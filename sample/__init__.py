"""A sample operator: its feed files, and a manifest of what was planted in them."""

from sample.feeds import InboxNotEmpty, InvalidSize, generate

__all__ = ["InboxNotEmpty", "InvalidSize", "generate"]
