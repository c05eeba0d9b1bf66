"""What a reminder must not say: regulation.md section 8 as patterns over folded text, grouped by category and idea."""
