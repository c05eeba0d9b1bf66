"""What all records are made of: money, instants, identities."""
