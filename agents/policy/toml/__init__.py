"""Our own TOML files: read into their models, and the place of each fault in them."""
