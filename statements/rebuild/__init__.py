"""A whole home made again from its raw rows, run by run, and what differs."""
