"""What a partition does next, by the time of day or in a replay; without any I/O."""
