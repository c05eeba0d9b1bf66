"""The audit: did anything leave that must not have left, and was anybody forgotten?

It takes the contract (`schemas`), the files that people approved, and what lies on the topics, and derives again what
was allowed. It shares no line with the core: its own reader of packs and calendars, its own arithmetic of zones, days
and money. So a rule that the core has wrong does not look right here. What each rule asks for and where that stands:
`docs/audit.md`.

`standards` reads what was approved, `accounts` what was known of a person at an instant, `checks` has one file for
each family of rules, `judging` puts one account through all of them, `reading` brings the records.

Where the documents do not decide, or the evidence is gone, nothing is found: it is counted as not judged.
"""
