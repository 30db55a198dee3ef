"""The database's schema, step by step. Shipped in the wheel and applied by `rowmill migrate`."""
