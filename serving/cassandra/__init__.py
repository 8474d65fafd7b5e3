"""Balances and reports in Cassandra: published from the serving tables, read by account."""
