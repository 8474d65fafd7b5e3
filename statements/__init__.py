"""What is done with the statements of closed cycles: look, export, reproduce, recalculate."""
