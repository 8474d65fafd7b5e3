"""The bench of the servers: what SFTP, S3, Cassandra and Trino do for a home on this machine."""
