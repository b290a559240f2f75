"""From typed words to an answer, or to «ask a person»."""
