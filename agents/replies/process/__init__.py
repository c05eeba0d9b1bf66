"""`tactful replies`: from what people wrote to facts on ``case-updated``, each reply once."""
