"""What a person does with a reply; one public function is one thing done."""
