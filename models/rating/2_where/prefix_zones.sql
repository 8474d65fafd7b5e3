-- Rule 5: the destinations that cover each prefix of the cases, by equality with its
-- leading parts.
with

destinations as (

    select
        if(prefix = '*', '', coalesce(prefix, '')) as prefix,
        zone,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('destinations') }}

),

lengths as (

    select distinct length(prefix) as prefix_length from destinations

),

prefixes as (

    select distinct
        prefix,
        epoch_no,
        valid_from
    from {{ ref('cases') }}
    where prefix != ' '

),

leading_parts as (

    select
        prefixes.prefix,
        prefixes.epoch_no,
        prefixes.valid_from,
        substr(prefixes.prefix, 1, lengths.prefix_length) as leading_part
    from prefixes
    inner join lengths on length(prefixes.prefix) >= lengths.prefix_length

)

select
    leading_parts.prefix,
    leading_parts.epoch_no,
    leading_parts.leading_part,
    destinations.zone
from leading_parts
inner join destinations
    on
        leading_parts.leading_part = destinations.prefix
        and leading_parts.valid_from >= destinations.valid_from
        and leading_parts.valid_from < destinations.valid_to
