"""Replies: a letter taken apart, its questions answered from the handbook, checked and kept."""
