"""Where the records of an account lie: a local file over the topics, never a source of truth.

It holds coordinates and codes, no bodies: whoever shows a record reads it from its topic by its offset. It can be
dropped at any time and is built anew from the topics; `tactful index update` does it.
"""
