"""Opinion: whether an answer helped; questionnaires, waves and votes come later."""
