"""A policy, and what changed in one, as a person would say it. Pure: words from data."""
