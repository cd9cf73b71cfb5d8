"""Item models: small, and checked with QAbstractItemModelTester."""
