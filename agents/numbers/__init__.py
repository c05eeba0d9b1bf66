"""`tactful numbers`: a number belongs to somebody, whatever accounts carry it.

What one of them says about the number holds for all: no more messages, or that it is not theirs. The table is keyed by
an HMAC of the number, and nothing that is written holds a number.
"""
