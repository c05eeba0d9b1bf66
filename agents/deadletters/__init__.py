"""The desk for dead letters: find them, show them, say them again, give them up."""
