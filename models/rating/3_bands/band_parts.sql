-- Rules 6 and 9: the part of an event that each of its bands gets. An increment belongs
-- to the band that holds its first instant, so a part ends with the increment that is
-- under way when its band ends; a band that is skipped over gets none. Each part begins
-- where the one before it ended: the one place where an event is walked through.
with

gathered as (

    select
        record_id,
        array_sort(collect_list(struct(
            low, high, total, is_volume, step_low, step_high, increment, band, terms_no,
            is_ambiguous
        ))) as bands
    from {{ ref('bands_in_turn') }}
    group by record_id

),

walked as (

    select
        record_id,
        aggregate(
            bands,
            named_struct(
                'at', cast(0 as bigint),
                'parts', cast(
                    array() as array<struct<
                        low: bigint, high: bigint, band: string, terms_no: bigint,
                        is_ambiguous: boolean
                    >>
                )
            ),
            (done, band) -> if(
                done.at >= band.high or done.at >= band.total,
                done,
                named_struct(
                    'at', {{ part_end('band', 'done.at') }},
                    'parts', array_append(done.parts, named_struct(
                        'low', done.at,
                        'high', {{ part_end('band', 'done.at') }},
                        'band', band.band,
                        'terms_no', band.terms_no,
                        'is_ambiguous', band.is_ambiguous
                    ))
                )
            ),
            done -> done.parts
        ) as parts
    from gathered

)

select
    exploded.record_id,
    exploded.part.band,
    exploded.part.terms_no,
    exploded.part.is_ambiguous,
    exploded.part.low,
    exploded.part.high
from (
    select
        record_id,
        explode(parts) as part
    from walked
) as exploded
