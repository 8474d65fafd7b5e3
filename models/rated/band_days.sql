{{ config(materialized='table') }}

-- Rule 6: the band of each instant of a local day, by calendar. A band that crosses
-- midnight belongs to the day it starts on.
with

-- the part on the day it starts on, and the part after midnight
pieces as (

    select
        calendar_id,
        band,
        precedence,
        priority,
        explode(array(
            struct(
                local_date,
                from_second,
                if(to_second <= from_second, 86400, to_second) as to_second
            ),
            struct(
                date_add(local_date, 1) as local_date,
                0 as from_second,
                if(to_second <= from_second, to_second, 0) as to_second
            )
        )) as piece
    from {{ ref('band_starts') }}

),

days as (

    select
        calendar_id,
        piece.local_date,
        collect_list(struct(
            precedence, priority, band, piece.from_second, piece.to_second
        )) as pieces,
        array_sort(array_union(
            collect_set(piece.from_second), collect_set(piece.to_second)
        )) as edges
    from pieces
    where piece.to_second > piece.from_second
    group by calendar_id, piece.local_date

),

windows as (

    select
        calendar_id,
        local_date,
        pieces,
        posexplode(slice(edges, 1, size(edges) - 1)) as (edge_no, from_second),
        edges
    from days

),

final as (

    select
        calendar_id,
        local_date,
        from_second,
        get(edges, edge_no + 1) as to_second,
        array_min(filter(
            pieces,
            piece -> piece.from_second <= windows.from_second
            and piece.to_second > windows.from_second
        )).band as band
    from windows

)

select * from final
where band is not null
