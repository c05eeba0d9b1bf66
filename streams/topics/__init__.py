"""The topics and the rights as they should be: data, and what other tools are given of it."""
