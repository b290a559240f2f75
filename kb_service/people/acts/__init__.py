"""Writing about people: one public function is one thing that a person does."""
