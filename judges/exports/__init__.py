"""Export of accepted media, and import of what was exported."""
