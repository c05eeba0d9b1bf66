"""How partitions come to this worker: its table is restored before anything is read."""
