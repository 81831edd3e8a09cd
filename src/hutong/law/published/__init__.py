"""Published tables (aggregates without names) read, checked by declared equations, and recomputed by law and count."""
