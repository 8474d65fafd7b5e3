-- Rule 9: the parts of the long events by the steps of their tariffs. `graduated` cuts a
-- part at the steps, `volume` prices all of it at the step that the total lies in.
-- Units beyond the last step have no step.
with

stepped as (

    select
        parts.*,
        steps.step_no,
        steps.low as step_low,
        steps.increment,
        steps.flat_fee,
        steps.numerator,
        steps.denominator,
        if(
            parts.is_volume,
            parts.units,
            -- bounded: 4 * 10^18 and the units of one event
            least(parts.starts_at + parts.units, steps.high)
            - greatest(parts.starts_at, steps.low)
        ) as step_units
    from {{ ref('parts_to_charge') }} as parts
    inner join {{ ref('tariff_steps_in_force') }} as steps
        on
            parts.tariff_id = steps.tariff_id
            and if(
                parts.is_volume,
                parts.volume_units > steps.low and parts.volume_units <= steps.high,
                -- bounded: 4 * 10^18 and the units of one event
                parts.starts_at + parts.units > steps.low
                and parts.starts_at < steps.high
            )

),

-- a step is entered once by event and tariff, in the first part that meets it
entries as (

    select
        record_id,
        tariff_id,
        step_no,
        min(low) as low
    from stepped
    group by record_id, tariff_id, step_no

),

with_entry as (

    select
        stepped.*,
        stepped.low = entries.low and (
            not stepped.is_by_cycle
            or if(
                stepped.is_volume,
                stepped.units_before = 0,
                stepped.units_before <= stepped.step_low
            )
        ) as enters_step
    from stepped
    inner join entries
        on
            stepped.record_id = entries.record_id
            and stepped.tariff_id = entries.tariff_id
            and stepped.step_no = entries.step_no

),

beyond as (

    select
        parts.record_id,
        parts.low,
        parts.band,
        parts.tariff_id
    from {{ ref('parts_to_charge') }} as parts
    left join stepped on parts.record_id = stepped.record_id and parts.low = stepped.low
    where parts.beyond_last_step = 'suspend'
    group by
        parts.record_id, parts.low, parts.band, parts.tariff_id, parts.units
    -- bounded: parts of one event, below 10^18 together
    having coalesce(sum(stepped.step_units), 0) < parts.units

)

select
    record_id,
    low,
    band,
    tariff_id,
    step_no,
    step_units as units,
    {{ rounded_up('step_units', 'increment') }} as billed_units,
    if(enters_step, flat_fee, cast(0 as decimal(38, 0))) as flat_fee,
    numerator,
    denominator,
    is_in_one_band and step_units = units as is_alone
from with_entry
union all
select
    record_id,
    low,
    band,
    tariff_id,
    cast(null as int) as step_no,
    cast(0 as bigint) as units,
    cast(0 as bigint) as billed_units,
    cast(0 as decimal(38, 0)) as flat_fee,
    cast(null as decimal(38, 0)) as numerator,
    cast(null as bigint) as denominator,
    false as is_alone
from beyond
