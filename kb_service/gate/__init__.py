"""What both faces need of HTTP: who is it, the unit of work, limits, headers, prepared bytes."""
