"""Watches the experiments of a policy: what each arm was sent, what came back, and whether the stop rule is broken."""
