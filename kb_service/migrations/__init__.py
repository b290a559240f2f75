"""Alembic's migrations: one straight line, run at every start, no imports of the application."""
