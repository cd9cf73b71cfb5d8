"""What the summary may show, as frozen values; cheap to import, for this module knows no ReportLab.

The quote's content is `domain.quote.QuoteContent`.
"""
