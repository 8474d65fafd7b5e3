{#-
    A key: a row is a combination of columns that stands in more than one row. Nulls count as equal, as in a key they
    would be. A statement for each model is too much for every run: see selectors.yml.
-#}
{% test unique_combination(model, columns) %}
{{ config(tags=['check']) }}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
