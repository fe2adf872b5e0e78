"""What is planted into a deployment before an upgrade, and how it is read again after it."""
