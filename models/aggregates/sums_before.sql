-- What the tables of sums hold before the run adds to them: an invariant compares with it.
{{ kept_sums(
    source('aggregates_before', 'usage_days'),
    source('aggregates_before', 'revenue_days'),
    source('aggregates_before', 'account_cycles'),
    source('aggregates_before', 'account_totals'),
    source('aggregates_before', 'disposition_days')
) }}
