"""What a deployment really does: each limit and constraint looked for at each place, without a table."""
