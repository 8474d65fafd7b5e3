"""dbt in CI: what a change touches is built and tested on a copy of the last good build's home."""
