"""Questions to a running cluster, and what is wrong with it. Nothing here belongs to a consumer group."""
