"""What commands share at a terminal: output, options that a person gives, and the watcher of a topic."""
