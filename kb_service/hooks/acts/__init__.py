"""What administrators do with hooks: one function, one act."""
