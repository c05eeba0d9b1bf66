"""What is owed and what was paid: snapshots, debts, payments, and the ledger made of them."""
