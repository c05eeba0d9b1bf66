"""A borrower's reply by SMS as intents, by rules that people can read and approve, and a small model.

A reply is NORMALISED to one spelling, our own words and quotations are set apart, the rest is cut into CLAUSES; each
RULE of each language looks at every clause and FINDS an intent, surely or not; a small MODEL adds and doubts; SLOTS
say when and how much; FOLLOWING says which facts a sure intent leads to. What is not sure goes to a person, with the
reason.

Pure: nothing here knows Kafka, a clock or an account. STOP is only ever surely said by a rule.
"""
