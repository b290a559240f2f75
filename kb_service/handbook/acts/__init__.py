"""What a person does to the handbook: one function, one act."""
