"""The commands by theme: `topics`, what runs, and what reads or writes files of facts."""
