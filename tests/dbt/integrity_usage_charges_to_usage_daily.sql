{{ config(tags=['invariant']) }}

-- A row: a currency in which what was charged since the last run is not what
-- usage_daily grew by.
{{ unequal_growth(ref('usage_daily'), 'charge_amount') }}
