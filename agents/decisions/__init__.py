"""The pure core: (account, fact or tick, now, policy) -> (account, messages, decisions). No clock, no I/O."""
