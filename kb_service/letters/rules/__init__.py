"""Decisions about replies, pure."""
