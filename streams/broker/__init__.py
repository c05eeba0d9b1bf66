"""A real Kafka on this machine for development and tests: one broker or several, from its published jars."""
