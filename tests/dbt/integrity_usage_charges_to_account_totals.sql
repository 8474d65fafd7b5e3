{{ config(tags=['invariant']) }}

-- A row: a currency in which what was charged since the last run is not what
-- account_totals grew by.
{{ unequal_growth(ref('account_totals'), 'unbilled_amount') }}
