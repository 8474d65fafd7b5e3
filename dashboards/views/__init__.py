"""The pages. They ask dashboards.queries and draw; no driver is imported here."""
