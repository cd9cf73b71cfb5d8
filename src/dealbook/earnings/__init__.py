"""What a deal earns: pure, fast, explains itself."""
