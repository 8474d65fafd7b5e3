"""A sample operator: its feed files, and a manifest of what was planted in them."""
