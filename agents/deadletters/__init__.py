"""Dead letters: find them, show them, write them once more, give them up."""
