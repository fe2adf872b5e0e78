"""What Geti's REST documentation states beside the limits: numbers, patterns and sets."""
