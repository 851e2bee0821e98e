"""What may pass: row rules, and the expectations that judge landed days."""
