{#-
    The columns of a relation, for unit tests, which give what they feed the types that it has. Sail describes a table
    that was made known by its place alone without columns: then their types are asked of a row that is not there.
    dbt-spark calls it by this name.
-#}
{% macro spark__get_columns_in_relation_raw(relation) -%}
    {%- set described = run_query('describe extended ' ~ relation) -%}
    {%- if described.rows and described.rows[0][0] -%}{{ return(described) }}{%- endif -%}
    {%- set typed = [] -%}
    {%- for name in run_query('select * from ' ~ relation ~ ' limit 0').column_names -%}
        {%- do typed.append(
            "select '" ~ name ~ "' as col_name, typeof(empty." ~ name ~ ') as data_type from (select 1 as one) as one'
            ~ ' left join (select * from ' ~ relation ~ ' limit 0) as empty on true'
        ) -%}
    {%- endfor -%}
    {{ return(run_query(typed | join(' union all '))) }}
{%- endmacro %}
