"""What a desk does for one person, one file for each command."""
