"""One owned partition: its table, its chunks, and the transactions that commit them."""
