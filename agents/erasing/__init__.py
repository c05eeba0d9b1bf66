"""`tactful erase`: the person of an account goes, wherever something of them stands; what protects them stays.

One fact tells the workers and `tactful numbers`, one tombstone empties the topic of profiles, and what cannot be
deleted record by record is told with the day by which its topic has dropped it.
"""
