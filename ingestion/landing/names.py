"""What a file's name says, and how a strange name is written down."""

from dataclasses import dataclass

from ingestion.landing.rejection import FileRejected

FORMATS = ("csv", "jsonl")
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
UNFINISHED = (".tmp", ".part")
ANY_BUNDLE = "bundle-*.parquet"


@dataclass(frozen=True)
class NamedFormat:
    """The format (`csv`, `jsonl`, empty when unknown) and the compression (`none`, `gz`, `zst`)."""

    format: str
    compression: str


def file_endings() -> dict[str, NamedFormat]:
    """Every ending that a file may have, such as `.csv.gz`, and what it says."""
    kinds = {"": "none", **COMPRESSIONS}
    return {
        f".{form}{ending}": NamedFormat(form, kind)
        for form in FORMATS
        for ending, kind in kinds.items()
    }


def named_format(name: str) -> NamedFormat:
    """Read `usage.csv.gz` as (csv, gz). An ending that is not known gives an empty format."""
    lower = name.lower()
    compression = "none"
    for ending, kind in COMPRESSIONS.items():
        if lower.endswith(ending):
            lower, compression = lower.removesuffix(ending), kind
    _, dot, ending = lower.rpartition(".")
    return NamedFormat(ending if dot and ending in FORMATS else "", compression)


def check_format(name: str, named: NamedFormat) -> None:
    if not named.format:
        raise FileRejected(
            "unknown_format",
            f"the name {printable(name)!r} ends in no known format; "
            "allowed: .csv or .jsonl, alone or followed by .gz or .zst",
        )


def is_unfinished(name: str) -> bool:
    """Names that a sender gives to files it still writes."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def bundle_name(bundle_no: int) -> str:
    return f"bundle-{bundle_no:09d}.parquet"


def bundle_number(name: str) -> int:
    """The number in what `bundle_name` gives."""
    return int(name.removeprefix("bundle-").removesuffix(".parquet"))


def printable(name: str) -> str:
    """The name with control characters, and bytes that are no UTF-8, as backslash escapes."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
