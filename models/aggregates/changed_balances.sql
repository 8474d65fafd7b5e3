{{ config(materialized='table') }}

-- The accounts whose balance may have changed since the last run.
select account_id from {{ change_feed(ref('account_totals')) }}
{% if 'account' in var('new_feeds') %}
union
select account_id from {{ ref('changed_accounts') }}
{% endif %}
