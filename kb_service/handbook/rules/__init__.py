"""Decisions of the handbook as pure functions."""
