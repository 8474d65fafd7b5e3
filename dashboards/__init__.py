"""What finance and operations look at: balances and the state of the runs, read from Cassandra."""
