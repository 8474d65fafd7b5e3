-- depends_on: {{ ref('outcomes_before') }}
select * from {{ ref('decided_outcomes') }}
