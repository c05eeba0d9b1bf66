"""The case file of an account: holds, promises, plans, complaints, and what is kept of them."""
