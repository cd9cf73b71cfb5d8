"""Documents as PDF: the only place that knows ReportLab.

`content` holds what a document may show and knows no ReportLab, so it is cheap to import; `quote` and `summary` render
it and are imported when something is printed. What to show is decided above, in the desk.
"""
