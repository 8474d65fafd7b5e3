-- Rules 8, 9 and 11: each part by step, in whole numbers, and one rounding of the whole event.
create temp table priced_steps as
select
    parts.* exclude (low, high),
    cards.tariff_id,
    cards.tier_scope,
    cards.beyond_last_step,
    cards.rounding_scale,
    cards.rounding_mode,
    if(parts.total > 0, cards.connection_fee, 0) as fee,
    cards.min_charge,
    cards.max_charge,
    cards.denominator,
    step.step_no,
    step.flat_fee,
    step.numerator,
    if(step.is_volume, parts.high - parts.low, least(parts.high, step.high) - greatest(parts.low, step.low))
        as units,
    rounded_up(
        if(
            step.is_volume,
            parts.high - parts.low,
            least(parts.high, step.high) - greatest(parts.low, step.low)
        ),
        step.increment
    ) as billed_units
from parts
left join cards on parts.card_id = cards.card_id
left join card_steps as step
    on
        parts.card_id = step.card_id
        and if(step.is_volume, parts.total > step.low, step.low < parts.high)
        and if(step.is_volume, parts.total <= step.high, step.high > parts.low);

-- an event in one band and one step needs no sums: nearly all are
create temp table segments as
with

whole as (

    select
        * exclude (flat_fee, numerator),
        1 as segment_no,
        coalesce(billed_units * numerator + flat_fee * denominator, 0) as amount_numerator
    from priced_steps
    where is_only and coalesce(units = total, true)

),

in_pieces as (

    select
        *,
        row_number() over in_order as segment_no,
        if(
            min(denominator) over event = max(denominator) over event,
            denominator,
            list_reduce(
                list_prepend(1::hugeint, list_distinct(list(denominator) over event)),
                lambda left_side, right_side: left_side * right_side
            )
        ) as event_denominator,
        row_number() over (
            partition by record_key, tariff_id, step_no
            order by part_no
        ) = 1 as is_entered
    from priced_steps
    where not (is_only and coalesce(units = total, true))
    window
        event as (partition by record_key),
        in_order as (partition by record_key order by part_no, step_no)

),

first_card as (

    select
        record_key,
        arg_min(struct_pack(
            tariff_id, is_default, beyond_last_step, rounding_scale, rounding_mode, fee, min_charge, max_charge
        ), segment_no) as card,
        bool_or(card_id is null) as has_no_tariff,
        bool_or(is_ambiguous) as is_ambiguous,
        sum(units)::bigint as covered
    from in_pieces
    group by record_key

),

running as (

    select
        in_pieces.record_key,
        in_pieces.segment_no,
        in_pieces.band,
        in_pieces.step_no,
        in_pieces.units,
        in_pieces.billed_units,
        in_pieces.total,
        in_pieces.event_denominator as denominator,
        first_card.* exclude (record_key),
        first_card.card.fee * in_pieces.event_denominator + sum(
            in_pieces.billed_units * in_pieces.numerator
            * (in_pieces.event_denominator // in_pieces.denominator)
            + if(in_pieces.is_entered, in_pieces.flat_fee * in_pieces.event_denominator, 0)
        ) over (
            partition by in_pieces.record_key
            order by in_pieces.segment_no
        )::hugeint as running_numerator
    from in_pieces
    inner join first_card on in_pieces.record_key = first_card.record_key

),

all_segments as (

    select
        record_key, segment_no, true as is_last, band, step_no, units, billed_units, total, tariff_id,
        is_default, card_id is null as has_no_tariff, is_ambiguous,
        coalesce(units, 0) < total and beyond_last_step = 'suspend' as is_beyond_last_step,
        coalesce(units, 0) as covered,
        rounding_scale, rounding_mode, fee, min_charge, max_charge, denominator,
        fee * denominator + amount_numerator as running_numerator
    from whole
    union all
    select
        record_key, segment_no,
        segment_no = max(segment_no) over (partition by record_key) as is_last,
        band, step_no, units, billed_units, total, card.tariff_id,
        card.is_default, has_no_tariff, is_ambiguous,
        covered < total and card.beyond_last_step = 'suspend' as is_beyond_last_step,
        covered,
        card.rounding_scale, card.rounding_mode, card.fee, card.min_charge, card.max_charge, denominator,
        running_numerator
    from running

)

select
    all_segments.* exclude (rounding_scale, rounding_mode, denominator, running_numerator),
    rounded_quotient(
        running_numerator,
        denominator * unit_of(coalesce(rounding_scale, located.minor_digits)),
        rounding_mode
    ) * unit_of(coalesce(rounding_scale, located.minor_digits)) as running_amount
from all_segments
inner join located on all_segments.record_key = located.record_key;
