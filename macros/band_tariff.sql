{#- Rule 7: the tariff of a band at one level: the one that names the band, else the one for all others. -#}
{% macro band_tariff(band_cards, band) -%}
    coalesce(
        try_element_at({{ band_cards }}, coalesce({{ band }}, '*')),
        try_element_at({{ band_cards }}, '*')
    )
{%- endmacro %}
