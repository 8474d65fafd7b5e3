{#-
    The currencies in which what was charged since the last run is not what a table of sums grew by: no row,
    or the run fails. (A product with the sign would have fewer decimals.)
-#}
{% macro unequal_growth(sums, amount) %}
with

charged as (

    select
        currency,
        sum(if(change_sign > 0, charge_amount, -charge_amount)) as amount
    from {{ change_feed(ref('usage_charges')) }}
    group by currency

),

summed as (

    select
        currency,
        sum(if(change_sign > 0, {{ amount }}, -{{ amount }})) as amount
    from {{ change_feed(sums) }}
    group by currency

)

select
    coalesce(charged.currency, summed.currency) as currency,
    charged.amount as charged_amount,
    summed.amount as summed_amount
from charged
full outer join summed on charged.currency = summed.currency
where coalesce(charged.amount, 0) != coalesce(summed.amount, 0)
{% endmacro %}
