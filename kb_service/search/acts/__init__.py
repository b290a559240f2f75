"""What editors do for the search: stored questions, synonyms, wordings from a failed question."""
