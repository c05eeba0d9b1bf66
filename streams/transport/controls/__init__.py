"""The controls topic: what is known of it, and its reader in the consumer's thread."""
