"""The contract: what is said on the topics. Shapes only; no decisions, no I/O."""
