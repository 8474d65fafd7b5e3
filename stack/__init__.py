"""The real servers that Ratelake runs on one machine."""
