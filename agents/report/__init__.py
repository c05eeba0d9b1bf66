"""What messages come to, by what they were, and against who got none: counted once for each account."""
