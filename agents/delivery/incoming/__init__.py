"""What people write to us: from the provider to ``borrower-replies``."""
