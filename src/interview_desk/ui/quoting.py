"""Words of people inside sentences of ours."""


def quoted(words: str) -> str:
    """The words in typographic quotes, so that nobody reads them as ours."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}"


def as_tip(words: str) -> str:
    """A tooltip that shows the words as they are.

    Where Qt sees a tag it reads all of them as markup and fetches its pictures, also from another
    computer; and guests choose their names themselves.
    """
    if "<" not in words and "&lt;" not in words:
        return words
    plain = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = plain.replace("\n", "<br>")
    return f"<qt>{lines}</qt>"


def caption(words: str) -> str:
    """The words for a button or a menu, where Qt takes a single & for a letter to underline."""
    return words.replace("&", "&&")
