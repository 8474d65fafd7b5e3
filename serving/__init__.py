"""Where rated data is looked up: Cassandra for single accounts, Trino for analysts."""
