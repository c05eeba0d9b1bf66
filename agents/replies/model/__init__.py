"""A small linear model beside the rules: one weight for each intent and hashed piece of text, trained on labelled
replies.

It ADDS what no rule says, surely only where that is nearly always right, and DOUBTS what a rule alone says. STOP is
never surely said by it, and nothing of the rules' STOP, WRONG_PERSON and SELF_HARM is ever taken back.
"""
