"""The way in: records of a bank's own topic become facts of the contract, as a mapping file says; exactly once."""
