"""What pages are made of: cards, tables, labels, fields."""
