"""The embedded default: a small deployment that keeps the contract, and faults that make it break it."""
