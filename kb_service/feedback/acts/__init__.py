"""What a person does to tell the company their opinion: one function, one act."""
