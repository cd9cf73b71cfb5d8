"""Pure values: money, months, deals, partners, quotes. Imports nothing of ours above it."""
