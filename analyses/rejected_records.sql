-- Which partners' files hold records that cannot be read, and for which reasons?
-- role: analyst
select
    files.feed,
    files.file_name,
    rejected.reason,
    count(*) as rejected_count,
    round(100.0 * count(*) / max(files.records + files.rejected_records), 2) as percent_of_file,
    min(rejected.record_no) as first_record_no
from lake.raw.rejected_records as rejected
inner join lake.raw.source_files as files
    on rejected.file_id = files.file_id and files.status = 'loaded'
group by files.feed, files.file_name, rejected.reason
order by rejected_count desc, files.file_name asc, rejected.reason asc
