"""Words of people inside sentences of ours."""


def quoted(words: str) -> str:
    """The words in typographic quotes, so that nobody reads them as ours."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}"
