"""`tactful dead-letters`: the commands that read them, the commands that settle them, and what both share."""
