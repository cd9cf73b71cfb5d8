"""The full-text index of the deals' words, kept up to date by the book itself.

The words stand in `deal_text`, the index only points at them. Three letters in a row are the index's unit, so that any
part of a word is found; the words are folded already (`book.folding`).
"""

from typing import Final

SEARCH: Final[tuple[str, ...]] = (
    """
CREATE VIRTUAL TABLE deal_search USING fts5(
    words, content = 'deal_text', content_rowid = 'n', columnsize = 0, tokenize = 'trigram case_sensitive 1'
)
""",
    """
CREATE TRIGGER deal_text_added AFTER INSERT ON deal_text BEGIN
    INSERT INTO deal_search (rowid, words) VALUES (new.n, new.words);
END
""",
    """
CREATE TRIGGER deal_text_removed AFTER DELETE ON deal_text BEGIN
    INSERT INTO deal_search (deal_search, rowid, words) VALUES ('delete', old.n, old.words);
END
""",
    """
CREATE TRIGGER deal_text_changed AFTER UPDATE OF words ON deal_text BEGIN
    INSERT INTO deal_search (deal_search, rowid, words) VALUES ('delete', old.n, old.words);
    INSERT INTO deal_search (rowid, words) VALUES (new.n, new.words);
END
""",
)
