"""Expected failures: each carries one sentence that a user can act on."""


class DeskError(Exception):
    """Something a person should be told; `str()` is the sentence they read.

    `code` is stable and may be logged or tested; the sentence may be translated.
    """

    code = "desk_error"
