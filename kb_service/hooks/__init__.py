"""Webhooks: other programs are told what the world sees of the handbook, signed and retried."""
