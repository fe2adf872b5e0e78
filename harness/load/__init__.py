"""Load on an existing engine: a stated rate of uploads, queries and downloads, and what must be true afterwards."""
