"""Ground floor, beside base: pure functions over Russian text. No database, settings or clock."""
