-- name: insert_program
insert into programs.program (code, name, currency, time_zone, language, return_window_days, created_at)
values (%(code)s, %(name)s::jsonb, %(currency)s, %(time_zone)s, %(language)s, %(return_window_days)s, %(created_at)s)
returning program_id;

-- name: select_programs
select p.program_id, p.code, p.name, p.currency, p.time_zone, p.language, p.terms_version, p.return_window_days
from programs.program as p
order by p.program_id;

-- name: update_program
update programs.program
set name = %(name)s::jsonb, time_zone = %(time_zone)s, language = %(language)s, return_window_days = %(return_window_days)s
where program_id = %(program_id)s;

-- name: insert_terms
insert into programs.terms (program_id, version, body, published_at)
values (%(program_id)s, %(version)s, %(body)s::jsonb, %(published_at)s);

-- name: update_terms_version
update programs.program set terms_version = %(version)s where program_id = %(program_id)s;

-- name: select_terms
select t.version, t.body, t.published_at
from programs.terms as t
where t.program_id = %(program_id)s
order by t.version desc;
