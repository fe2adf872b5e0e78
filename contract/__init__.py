"""What Geti documents, as data and pure functions: limits, profiles, expectations, verdicts. No I/O."""
