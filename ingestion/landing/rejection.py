"""Why a whole file is refused."""


class FileRejected(Exception):
    """A file that cannot be read: a reason code, and a sentence with values got and allowed."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
