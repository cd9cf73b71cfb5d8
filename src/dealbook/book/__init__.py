"""The book: one SQLite file with everything of one reseller. The only place that speaks SQL."""
