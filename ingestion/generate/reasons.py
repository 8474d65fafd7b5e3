"""Which code the intake gives to each unreadable record and file that the generator plants."""

from ingestion.generate.troubles import CUT_SHORT

REJECTED_RECORD = {
    "quantity_is_no_number": "invalid_quantity",
    "quantity_too_large": "invalid_quantity",
    "time_without_offset": "invalid_time",
    "time_is_no_time": "invalid_time",
    "number_with_letters": "invalid_number",
    "event_id_missing": "missing_value",
    "kind_unknown": "invalid_value",
    "direction_unknown": "invalid_value",
}
CUT_CSV = "wrong_column_count"
CUT_JSON = "invalid_json"

REJECTED_FILE = {
    "missing_column": "missing_column",
    "truncated": "truncated_gz",
    "plain_text_named_gz": "not_gz",
    "empty": "empty_file",
}


def reason_of(name: str, is_json: bool) -> str:
    """The reject code of an unreadable record; that of a cut one depends on the format."""
    if name == CUT_SHORT:
        return CUT_JSON if is_json else CUT_CSV
    return REJECTED_RECORD[name]
