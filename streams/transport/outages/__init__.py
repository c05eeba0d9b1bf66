"""A cluster that does not answer or refuses: how long a client waits, what each error means, what the log tells."""
