-- Rule 6: the band of each instant of a local day, by calendar, as stretches of its
-- seconds; where none is, ''. A band that crosses midnight belongs to the day it starts on.
with

-- the part on the day a band starts on, and the part after midnight
pieces as (

    select
        calendar_id,
        band,
        precedence,
        priority,
        local_date,
        from_second,
        if(to_second <= from_second, 86400, to_second) as to_second
    from {{ ref('band_starts') }}
    union all
    select
        calendar_id,
        band,
        precedence,
        priority,
        date_add(local_date, 1) as local_date,
        0 as from_second,
        to_second
    from {{ ref('band_starts') }}
    where to_second <= from_second and to_second > 0

),

days as (

    select distinct
        calendar_id,
        local_date
    from {{ ref('local_quarters') }}

),

edges as (

    select
        calendar_id,
        local_date,
        explode(array(from_second, to_second)) as edge
    from pieces
    union
    select
        calendar_id,
        local_date,
        explode(array(0, 86400)) as edge
    from days

),

stretches as (

    select
        calendar_id,
        local_date,
        edge as from_second,
        lead(edge) over (partition by calendar_id, local_date order by edge)
            as to_second
    from edges

),

ranked as (

    select
        stretches.*,
        coalesce(pieces.band, '') as band,
        row_number() over (
            partition by
                stretches.calendar_id, stretches.local_date, stretches.from_second
            order by pieces.precedence, pieces.priority, pieces.band
        ) as place
    from stretches
    left join pieces
        on
            stretches.calendar_id = pieces.calendar_id
            and stretches.local_date = pieces.local_date
            and stretches.from_second >= pieces.from_second
            and stretches.from_second < pieces.to_second
    where stretches.to_second is not null

)

select
    calendar_id,
    local_date,
    from_second,
    to_second,
    band
from ranked
where place = 1
