"""kb_service: one handbook of standard questions for the site, the desk and the signed letter."""

__version__ = "0.1.0"
