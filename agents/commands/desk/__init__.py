"""What is asked about one account, and done to it, one file for each command."""
