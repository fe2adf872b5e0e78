"""Proof of power: the gate against every fault of the catalogue, and against none."""
