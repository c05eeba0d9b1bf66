"""Who would be treated otherwise by this version than by the one before: two outputs of `simulate`, compared.

Treatment is what an account hears and when: messages, recalls, hand-offs, cycles, and the codes of its decisions.
What only tells more of the same treatment is none: the decisions `PLANNED` and `IGNORED_…`, and the fields `core`,
`next` and `ignored`.
"""
