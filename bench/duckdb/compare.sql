-- How many of Ratelake's charges DuckDB's rating gives too, in every digit.
select count(*)
from read_parquet(getvariable('folder') || '/charges/*.parquet') as ratelake
inner join
    read_parquet(getvariable('folder') || '/rated_by_duckdb/usage_charges.parquet')
        as duckdb
    on
        ratelake.event_id = duckdb.event_id
        and ratelake.charge_amount = duckdb.charge_amount
        and ratelake.tariff_id = duckdb.tariff_id
