"""How each kind of requirement is judged against a deployment; no pytest in it."""
