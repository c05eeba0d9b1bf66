"""Recomputes from the topics what should have left, and compares it with what did."""
