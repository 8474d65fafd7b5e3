"""A version of a statement derived again from what was known when it was made (RULES 20)."""
