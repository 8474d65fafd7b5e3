select
    currency,
    max(as_of) as as_of,
    count(*) as account_count,
    {% for name in [
        'current_amount', 'days_30_amount', 'days_60_amount', 'days_90_amount', 'open_amount', 'unallocated_amount',
    ] -%}
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum({{ name }}) as decimal(38, 10)) as {{ name }},
    {% endfor -%}
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum(balance_amount) as decimal(38, 10)) as balance_amount
from {{ ref('receivables_ageing') }}
group by currency
