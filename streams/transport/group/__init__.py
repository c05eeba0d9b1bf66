"""This worker among others in the consumer group: its instance id, its client, its share of the partitions."""
