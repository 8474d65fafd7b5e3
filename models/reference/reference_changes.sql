{{ config(materialized='view') }}

-- From when on usage must be rated again because reference data changed after the last
-- run: null when nothing did.
{%- set with_validity = ['plans', 'tariffs', 'destinations', 'bundles'] %}
{%- set without_validity = [
    'services', 'tariff_steps', 'roaming_networks', 'time_bands', 'holidays', 'plan_calendars', 'currencies',
] %}
with

changed as (

    {% for name in with_validity %}
    select {{ open_from('valid_from') }} as changed_from
    from {{ ref(name) }}
    where run_id > {{ var('last_run_id') }} or closed_run_id > {{ var('last_run_id') }}
    union all
    {% endfor %}
    {% for name in without_validity %}
    select timestamp '0001-01-01 00:00:00' as changed_from
    from {{ ref(name) }}
    where run_id > {{ var('last_run_id') }} or closed_run_id > {{ var('last_run_id') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

earliest as (

    select min(changed_from) as changed_from from changed

)

select * from earliest
