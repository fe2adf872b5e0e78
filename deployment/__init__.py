"""What talks to a deployment: one client for every byte, discovery, containment, ledger, cleanup."""
