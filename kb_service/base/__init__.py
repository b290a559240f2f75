"""Ground floor. Knows no room; what must exist exactly once lives here."""
