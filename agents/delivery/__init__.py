"""Hands reminders to the SMS gateway, each at most once, and brings receipts back."""
