{#-
    A key of several columns: a row is a combination that stands in more than one row. Nulls count as equal,
    as in a key they would be.
-#}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
