-- From when on usage must be rated again because the reference changed after the last
-- run: null when nothing did. Files without validity hold for all time.
{%- set with_validity = ['plans', 'tariffs', 'destinations', 'bundles', 'exchange_rates'] %}
{%- set without_validity = [
    'services', 'tariff_steps', 'roaming_networks', 'time_bands', 'holidays', 'plan_calendars', 'currencies',
] %}
with

changed as (

    {% for name in with_validity + without_validity %}
    select
        {{ open_from('valid_from') if name in with_validity
            else "timestamp '0001-01-01 00:00:00'" }} as changed_from
    from {{ source('reference', name) }}
    where run_id > {{ last_run_id() }} or closed_run_id > {{ last_run_id() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

earliest as (

    select min(changed_from) as changed_from from changed

)

select * from earliest
