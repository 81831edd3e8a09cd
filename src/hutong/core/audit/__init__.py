"""The audit: what is kept of every write and look, and what proves that nobody altered it."""
