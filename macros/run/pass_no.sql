{#- The pass at hand of a table that is filled in passes: a mark for it, until one begins (see scratch.sql). -#}
{% macro pass_no() -%} {{ ':pass_no' if execute else '1' }} {%- endmacro %}
