"""What goes wrong in ways that a person can mend."""


class Failure(Exception):
    """A known failure: its message alone says what is wrong, where, and what to do."""
