{#- How many passes the bundle instances of the batch need: as many as one account has, one after the other. -#}
{% macro bundle_pass_count() -%}
    {%- set found = run_query('select coalesce(max(pass_no), 0) from ' ~ ref('bundle_instances')) -%}
    {{ return(found.rows[0][0] | int if execute else 0) }}
{%- endmacro %}
