{#-
    The beginning of `create … as`: a Delta table that records its changes, partitioned and with the column
    statistics that the model's config asks for (never of an identity: they stand in the log).
-#}
{% macro created_with_changes(target) -%}
create or replace table {{ target }}
using delta
{% if config.get('partition_by') -%}
partitioned by ({{ config.get('partition_by') | join(', ') }})
{%- endif %}
tblproperties (
    'delta.enableChangeDataFeed' = 'true',
    'delta.dataSkippingStatsColumns' = '{{ config.require("statistics_on") | join(",") }}'
)
comment '{{ model.description | replace("'", "\\'") | trim }}'
{%- endmacro %}
