-- Rules 6 and 7: the parts of each event by band, each with its tariff. Most events lie in one band; where
-- one crosses, a part ends with the increment in force when its band ends (models/rated/priced_usages.sql).
create temp table parts as
with recursive

banded as (

    select
        record_key,
        own_choice_id,
        default_choice_id,
        start_micros,
        total,
        is_timed,
        list_filter(
            bands, lambda band:
            band.to_micros > start_micros
            and band.from_micros < start_micros + if(is_timed, greatest(total, 1), 1)
        ) as bands
    from located

),

unnested as (

    select
        record_key,
        1 as part_no,
        true as is_only,
        own_choice_id,
        default_choice_id,
        total,
        bands[1].band as band,
        total as high
    from banded
    where len(coalesce(bands, [])) <= 1
    union all
    select
        record_key,
        generate_subscripts(bands, 1) as part_no,
        false as is_only,
        own_choice_id,
        default_choice_id,
        total,
        unnest(bands).band as band,
        least(unnest(bands).to_micros - start_micros, total) as high
    from banded
    where len(bands) > 1

),

with_card as (

    select
        unnested.* exclude (own_choice_id, default_choice_id),
        coalesce(own.card_id, standard.card_id) as card_id,
        if(own.card_id is null, standard.is_ambiguous, own.is_ambiguous)
            as is_ambiguous,
        own.card_id is null as is_default
    from unnested
    left join choice_cards as own
        on
            unnested.own_choice_id = own.choice_id
            and own.band = coalesce(unnested.band, '*')
    left join choice_cards as standard
        on
            unnested.default_choice_id = standard.choice_id
            and standard.band = coalesce(unnested.band, '*')

),

crossing as (

    select
        with_card.*,
        step.is_volume,
        step.low as step_low,
        step.high as step_high,
        step.increment
    from with_card
    left join card_steps as step
        on
            with_card.card_id = step.card_id
            and if(
                step.is_volume, with_card.total > step.low, with_card.high >= step.low
            )
            and if(
                step.is_volume, with_card.total <= step.high, with_card.high < step.high
            )
    where not with_card.is_only

),

cut as (

    select
        crossing.* exclude (high),
        0::bigint as low,
        part_end(high, total, 0, step_low, step_high, increment, is_volume) as high
    from crossing
    where part_no = 1
    union all
    select
        next_part.* exclude (high),
        cut.high as low,
        if(
            cut.high >= next_part.high,
            cut.high,
            part_end(
                next_part.high, next_part.total, cut.high,
                next_part.step_low,
                next_part.step_high,
                next_part.increment,
                next_part.is_volume
            )
        ) as high
    from cut
    inner join crossing as next_part
        on cut.record_key = next_part.record_key and cut.part_no + 1 = next_part.part_no

)

select
    record_key,
    part_no,
    is_only,
    total,
    band,
    card_id,
    is_ambiguous,
    is_default,
    0::bigint as low,
    high
from with_card
where is_only
union all
select
    record_key,
    part_no,
    is_only,
    total,
    band,
    card_id,
    is_ambiguous,
    is_default,
    low,
    high
from cut
where low < high;
