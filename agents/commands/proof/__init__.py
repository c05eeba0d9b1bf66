"""Proof from the topics, one file for each command."""
