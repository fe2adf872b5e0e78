"""What users run: one file per family of requirements."""
