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
        changes.*,
        versions.currency,
        versions.version_before,
        versions.version,
        if(
            changes.new_net_amount = changes.old_net_amount, 'tax', changes.line_type
        ) as changed_part
    from {{ ref('line_changes') }} as changes
    inner join {{ ref('new_versions') }} as versions
        on
            changes.account_id = versions.account_id
            and changes.cycle_start = versions.cycle_start
    where versions.version_before is not null

),

ranks as (

    select
        column1 as changed_part,
        column2 as cause,
        column3 as place
    from (values
        {% for part, ranked in causes.items() %}{% set last = loop.last %}
        {% for cause in ranked %}
        ('{{ part }}', '{{ cause }}', {{ loop.index }}){{ ',' if not (last and loop.last) }}
        {% endfor %}
        {% endfor %}
    ) as ranks (column1, column2, column3)

),

with_cause as (

    select
        changes.account_id,
        changes.cycle_start,
        changes.line_key,
        min_by(ranks.cause, ranks.place) as cause
    from changes
    inner join {{ ref('cycle_causes') }} as causes
        on
            changes.account_id = causes.account_id
            and changes.cycle_start = causes.cycle_start
    inner join ranks
        on
            changes.changed_part = ranks.changed_part
            and causes.cause = ranks.cause
    group by changes.account_id, changes.cycle_start, changes.line_key

)

select
    changes.account_id,
    changes.line_key,
    changes.line_type,
    changes.currency,
    coalesce(with_cause.cause, 'recalculation') as cause,
    changes.version_before as from_version,
    changes.version as to_version,
    -- bounded: two amounts below 10^17 minor units
    cast(changes.old_net_amount + changes.old_tax_amount as decimal(24, 6)) as old_amount,
    -- bounded: two amounts below 10^17 minor units
    cast(changes.new_net_amount + changes.new_tax_amount as decimal(24, 6)) as new_amount,
    -- bounded: four amounts below 10^17 minor units
    cast(
        changes.new_net_amount + changes.new_tax_amount
        - changes.old_net_amount - changes.old_tax_amount as decimal(24, 6)
    ) as delta_amount,
    changes.old_net_amount,
    changes.new_net_amount,
    changes.old_tax_amount,
    changes.new_tax_amount,
    changes.cycle_start,
    {{ known_at() }} as closed_at,
    cast({{ run_id() }} as bigint) as run_id
from changes
left join with_cause
    on
        changes.account_id = with_cause.account_id
        and changes.cycle_start = with_cause.cycle_start
        and changes.line_key = with_cause.line_key
