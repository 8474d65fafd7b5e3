-- Rule 18: what a new version changes, by line, and why: of what happened to the cycle,
-- what a line of this kind most likely changes by.
{%- set usual = [
    'cancellation', 'correction', 'late_usage', 'bundle', 'plan', 'tariff', 'account', 'exchange_rate', 'discount',
    'currency', 'tax',
] %}
{%- set causes = {
    'tax': ['tax', 'account', 'currency'] + usual,
    'recurring': ['plan', 'account', 'exchange_rate', 'currency', 'tax', 'discount'] + usual,
    'bundle': ['bundle', 'plan', 'account', 'exchange_rate', 'currency', 'tax', 'discount'] + usual,
    'discount': ['discount'] + usual,
    'usage': usual,
} %}
with

changes as (

    select
        changed.*,
        versions.version_before,
        versions.version,
        if(
            changed.new_net_amount = changed.old_net_amount, 'tax', changed.line_type
        ) as changed_part
    from {{ ref('line_changes') }} as changed
    inner join {{ ref('new_versions') }} as versions
        on
            changed.account_id = versions.account_id
            and changed.cycle_start = versions.cycle_start
    where versions.version_before is not null

),

ranks as (

    {% for part, ranked in causes.items() %}
    select
        '{{ part }}' as changed_part,
        split('{{ ranked | unique | join(' ') }}', ' ') as causes
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

with_cause as (

    select
        changed.account_id,
        changed.cycle_start,
        changed.line_key,
        min_by(
            causes.cause, array_position(ranks.causes, causes.cause)
        ) as cause
    from changes as changed
    inner join {{ ref('cycle_causes') }} as causes
        on
            changed.account_id = causes.account_id
            and changed.cycle_start = causes.cycle_start
    inner join ranks on changed.changed_part = ranks.changed_part
    group by changed.account_id, changed.cycle_start, changed.line_key

)

select
    changed.account_id,
    changed.line_key,
    changed.line_type,
    changed.currency,
    coalesce(with_cause.cause, 'recalculation') as cause,
    changed.version_before as from_version,
    changed.version as to_version,
    -- bounded: two amounts below 10^17 minor units
    cast(changed.old_net_amount + changed.old_tax_amount as decimal(24, 6)) as old_amount,
    -- bounded: two amounts below 10^17 minor units
    cast(changed.new_net_amount + changed.new_tax_amount as decimal(24, 6)) as new_amount,
    -- bounded: four amounts below 10^17 minor units
    cast(
        changed.new_net_amount + changed.new_tax_amount
        - changed.old_net_amount - changed.old_tax_amount as decimal(24, 6)
    ) as delta_amount,
    changed.old_net_amount,
    changed.new_net_amount,
    changed.old_tax_amount,
    changed.new_tax_amount,
    changed.cycle_start,
    {{ known_at() }} as closed_at,
    cast({{ run_id() }} as bigint) as run_id
from changes as changed
left join with_cause
    on
        changed.account_id = with_cause.account_id
        and changed.cycle_start = with_cause.cycle_start
        and changed.line_key = with_cause.line_key
