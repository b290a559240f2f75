"""Who acts: accounts, roles, sessions, tokens. Knows nothing of content."""
