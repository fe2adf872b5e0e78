"""How the constraints that Geti documents beside its limits are judged."""
