"""What keeps a partition from sending: unread input, an input that has grown, a doubtful clock, closed ticks."""
