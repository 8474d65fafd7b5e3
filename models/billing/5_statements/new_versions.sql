-- Rules 17 and 18: the statements that the run writes: the first version of a cycle that
-- has lines, and the next one of a cycle of which a line costs something else. What has no
-- lines any more keeps the terms of the version before.
with

with_lines as (

    select distinct
        account_id,
        cycle_start
    from {{ ref('billed_lines') }}

),

changed as (

    select distinct
        account_id,
        cycle_start
    from {{ ref('line_changes') }}

),

versions as (

    select
        cycles.account_id,
        cycles.cycle_start,
        cycles.cycle_end,
        last_statements.version as version_before,
        last_statements.statement_id as supersedes,
        cast(coalesce(last_statements.version, 0) + 1 as int) as version,
        if(with_lines.account_id is null, last_statements.currency, cycles.currency)
            as currency,
        if(
            with_lines.account_id is null, last_statements.cycle_start_at, cycles.cycle_from
        ) as cycle_start_at,
        if(
            with_lines.account_id is null, last_statements.cycle_end_at, cycles.cycle_to
        ) as cycle_end_at
    from {{ ref('cycles_to_bill') }} as cycles
    left join {{ ref('last_statements') }} as last_statements
        on
            cycles.account_id = last_statements.account_id
            and cycles.cycle_start = last_statements.cycle_start
    left join with_lines
        on
            cycles.account_id = with_lines.account_id
            and cycles.cycle_start = with_lines.cycle_start
    left join changed
        on
            cycles.account_id = changed.account_id
            and cycles.cycle_start = changed.cycle_start
    where
        if(
            last_statements.version is null,
            with_lines.account_id is not null,
            changed.account_id is not null
        )

)

select
    account_id,
    currency,
    supersedes,
    version_before,
    version,
    cycle_start,
    cycle_end,
    cycle_start_at,
    cycle_end_at,
    concat(account_id, '/', cast(cycle_start as string), '/', version) as statement_id
from versions
