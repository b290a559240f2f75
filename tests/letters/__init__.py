"""The room of replies."""
