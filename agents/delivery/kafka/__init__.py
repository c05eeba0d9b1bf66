"""The Kafka side of the hand-over: what it reads, and the transactions that it commits."""
