{#-
    The number of a row in its partition, from 1, as row_number() has it: of as many buckets as there can be rows, each
    row is one. Sail works row_number() out for each partition with all columns of the rows; this is a fraction of it
    where partitions are many and small (decision 35).
-#}
{% macro row_no() -%} ntile(2147483647) {%- endmacro %}
