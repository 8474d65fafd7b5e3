"""Which code the intake gives to each unreadable record and file that the generator plants."""

from sample.troubles import CUT_SHORT

REJECTED_RECORD = {
    "quantity_is_no_number": "not_a_number",
    "quantity_too_large": "number_out_of_range",
    "time_without_offset": "time_without_offset",
    "time_is_no_time": "bad_time",
    "number_with_letters": "bad_number",
    "event_id_missing": "missing_value",
    "kind_unknown": "bad_kind",
    "direction_unknown": "bad_direction",
}
CUT_CSV = "wrong_field_count"
CUT_JSON = "not_json"

REJECTED_FILE = {
    "missing_column": "missing_columns",
    "truncated": "truncated_gz",
    "plain_text_named_gz": "not_gz",
    "empty": "empty_file",
}


def reason_of(name: str, is_json: bool) -> str:
    """The reject code of an unreadable record; that of a cut one depends on the format."""
    if name == CUT_SHORT:
        return CUT_JSON if is_json else CUT_CSV
    return REJECTED_RECORD[name]
