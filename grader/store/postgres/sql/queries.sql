-- name: load
select body::text from document where kind = %(kind)s and id = %(id)s

-- name: version
-- Locks the document for the rest of the transaction.
select version, facts from document where kind = %(kind)s and id = %(id)s for update

-- name: insert
-- Gives no row where somebody else was first.
insert into document
    (kind, id, version, body, summary, facts, programme, account, unit, role, sitting, due, started)
values
    (%(kind)s, %(id)s, %(version)s, %(body)s, %(summary)s, %(facts)s,
     %(programme)s, %(account)s, %(unit)s, %(role)s, %(sitting)s, %(due)s, %(started)s)
on conflict do nothing

-- name: update_same
-- The usual save: one statement, because names and facts are what they were.
update document set version = %(version)s, body = %(body)s, summary = %(summary)s
where kind = %(kind)s and id = %(id)s and version = %(version)s - 1 and facts = %(facts)s

-- name: update
update document
set version = %(version)s, body = %(body)s, summary = %(summary)s, facts = %(facts)s,
    programme = %(programme)s, account = %(account)s, unit = %(unit)s, role = %(role)s,
    sitting = %(sitting)s, due = %(due)s, started = %(started)s
where kind = %(kind)s and id = %(id)s

-- name: delete
delete from document where kind = %(kind)s and id = %(id)s

-- name: claim_names
-- Waits for others who are claiming one of them; takes those that are free.
insert into name (space, text, kind, id)
select wanted.space, wanted.text, %(kind)s, %(id)s
from unnest(%(spaces)s::text[], %(texts)s::text[]) as wanted (space, text)
on conflict do nothing

-- name: holders
select name.space, name.text, name.kind, name.id
from name join unnest(%(spaces)s::text[], %(texts)s::text[]) as wanted (space, text) using (space, text)
order by name.space, name.text

-- name: drop_names
delete from name
where kind = %(kind)s and id = %(id)s
    and (space, text) not in (select * from unnest(%(spaces)s::text[], %(texts)s::text[]))

-- name: find
select id from name where space = %(space)s and text = %(text)s and kind = %(kind)s

-- name: lock_learner
-- An account and a dossier of one learner change the facts beside them one after the other.
select pg_advisory_xact_lock(hashtextextended('xuefa.learner.' || %(learner)s, 0))

-- name: keep_learner
insert into learner
    (id, unit, tier, rank, is_active, exempt, settled, placed_at, units, tiers, ranked_at, ranks,
     switched_at, active, exempt_programmes, exempt_from, exempt_to)
values
    (%(id)s, %(unit)s, %(tier)s, %(rank)s, %(is_active)s, %(exempt)s, %(settled)s,
     %(placed_at)s, %(units)s, %(tiers)s, %(ranked_at)s, %(ranks)s,
     %(switched_at)s, %(active)s, %(exempt_programmes)s, %(exempt_from)s, %(exempt_to)s)
on conflict (id) do update
set unit = excluded.unit, tier = excluded.tier, rank = excluded.rank,
    is_active = excluded.is_active, exempt = excluded.exempt, settled = excluded.settled,
    placed_at = excluded.placed_at, units = excluded.units, tiers = excluded.tiers,
    ranked_at = excluded.ranked_at, ranks = excluded.ranks,
    switched_at = excluded.switched_at, active = excluded.active,
    exempt_programmes = excluded.exempt_programmes, exempt_from = excluded.exempt_from, exempt_to = excluded.exempt_to

-- name: forget_learner
delete from learner where id = %(id)s

-- name: keep_progress
insert into progress (id, programme, account, {milestones})
values (%(id)s, %(programme)s, %(account)s, {milestones:given})
on conflict (id) do update
set programme = excluded.programme, account = excluded.account, {milestones:kept}

-- name: forget_progress
delete from progress where id = %(id)s

-- name: follow_learners
-- The copies in progress become what the learners' own rows say; nothing where there is no such learner.
update progress
set (unit, tier, rank, is_eligible, settled) = (
    select
        learner.unit, learner.tier, learner.rank,
        learner.is_active and not coalesce(progress.programme = any(learner.exempt), false), learner.settled
    from learner where learner.id = progress.account
)
where account = any(%(learners)s)

-- name: list
select id, version, summary::text from document where kind = %(kind)s {filters} order by id

-- name: newest
select id, version, summary::text from document where kind = %(kind)s {filters} order by started desc, id limit %(most)s

-- name: claim_due
-- Each document goes to one sweeping process; the others skip what it is just taking and what it has leased.
update document set leased = clock_timestamp() + %(lease)s
where (kind, id) in (
    select kind, id from document
    where kind = %(kind)s and due < %(before)s and (leased is null or leased < clock_timestamp())
    order by due limit %(most)s
    for update skip locked
)
returning id, version, summary::text

-- name: report_settings
-- All cores may help; the planner takes a scan of a million narrow rows for too small to ask them.
select
    set_config('work_mem', '128MB', true), set_config('jit', 'off', true), set_config('statement_timeout', '60s', true),
    set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true)

-- name: place
unit

-- name: place_then
-- Where a learner belonged at %(at)s, of those with a history.
units[width_bucket(%(at)s::timestamptz, placed_at)] as unit

-- name: cell
unit, tier, rank

-- name: cell_then
units[width_bucket(%(at)s::timestamptz, placed_at)] as unit,
tiers[width_bucket(%(at)s::timestamptz, placed_at)] as tier,
ranks[width_bucket(%(at)s::timestamptz, ranked_at)] as rank

-- name: enrolled
-- How many learners of each {place} are inactive (0), exempt (1) and eligible (2) at %(at)s, as domain.figures counts them.
select {place}, case when not is_active then 0 when %(programme)s = any(exempt) then 1 else 2 end as state, count(*)
from learner
where settled <= %(at)s {now}
group by {place}, state
union all
select {place}, case when not was_active then 0 when was_exempt then 1 else 2 end as state, count(*)
from (
    select
        {place_then},
        coalesce(active[width_bucket(%(at)s::timestamptz, switched_at)], true) as was_active,
        exists (
            select from unnest(exempt_programmes, exempt_from, exempt_to) as e (programme, begins, ends)
            where e.programme = %(programme)s and begins <= %(at)s and (ends is null or %(at)s < ends)
        ) as was_exempt
    from learner
    where settled > %(at)s and units is not null {then}
) as past
where unit is not null
group by {place}, state

-- name: reached
-- How many eligible learners of each {place} had reached which milestones by %(at)s.
select {place}, {milestones:reached}, count(*)
from progress
where programme = %(programme)s and settled <= %(at)s and is_eligible {now}
group by {place}, {milestones:reached}
union all
select {place}, {milestones:reached}, count(*)
from (
    select {place_then}, {milestones}
    from progress join learner on learner.id = progress.account
    where progress.programme = %(programme)s and progress.settled > %(at)s and units is not null {then}
        and coalesce(active[width_bucket(%(at)s::timestamptz, switched_at)], true)
        and not exists (
            select from unnest(exempt_programmes, exempt_from, exempt_to) as e (programme, begins, ends)
            where e.programme = %(programme)s and begins <= %(at)s and (ends is null or %(at)s < ends)
        )
) as past
where unit is not null
group by {place}, {milestones:reached}

-- name: spared
-- How many of the exempt of each {place} had qualified all the same by %(at)s.
select {place}, count(*)
from (
    select id, {place} from learner
    where settled <= %(at)s and is_active and %(programme)s = any(exempt) {now}
    union all
    select id, {place_then}
    from learner
    where settled > %(at)s and units is not null {then}
        and coalesce(active[width_bucket(%(at)s::timestamptz, switched_at)], true)
        and exists (
            select from unnest(exempt_programmes, exempt_from, exempt_to) as e (programme, begins, ends)
            where e.programme = %(programme)s and begins <= %(at)s and (ends is null or %(at)s < ends)
        )
) as spared
where unit is not null and exists (
    select from progress
    where progress.programme = %(programme)s and progress.account = spared.id and progress.qualified <= %(at)s
)
group by {place}

-- name: once_in
-- The accounts of learners who belong to one of these units or did at some time.
select id, version, summary::text
from document
where kind = 'account' and id in (
    select id from learner where unit = any(%(units)s) or units && %(units)s::text[]
)
order by id

-- name: take_turn
select pg_try_advisory_lock(hashtextextended('xuefa.' || %(name)s, 0))

-- name: end_turn
select pg_advisory_unlock(hashtextextended('xuefa.' || %(name)s, 0))

-- name: unhurried
-- An index over a million rows takes as long as it takes.
set local statement_timeout = 0

-- name: lock_schema
-- Two migrations at the same time take turns.
select pg_advisory_xact_lock(hashtextextended('xuefa.migrate', 0))

-- name: has_migrations
select to_regclass(quote_ident(current_schema()) || '.migration') is not null

-- name: migrations
select number, name, digest, shape from migration order by number

-- name: note_migration
insert into migration (number, name, digest, shape) values (%(number)s, %(name)s, %(digest)s, %(shape)s)

-- name: shape
select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
union all
select t.relname || '.' || c.relname || ' index'
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
where c.relnamespace = current_schema()::regnamespace and i.indisvalid
order by 1

-- name: unfinished_import
select digest, documents from import

-- name: has_documents
select exists (select from document)

-- name: begin_import
insert into import (digest, documents) values (%(digest)s, 0)

-- name: note_import
-- One of two that import the same file at the same time gets no row.
update import set documents = %(before)s + %(documents)s where digest = %(digest)s and documents = %(before)s

-- name: end_import
delete from import where digest = %(digest)s

-- name: analyse
analyze document, name, learner, progress, act

-- name: summaries
select kind, made_by from summaries

-- name: note_summaries
insert into summaries (kind, made_by) values (%(kind)s, %(made_by)s)
on conflict (kind) do update set made_by = excluded.made_by

-- name: bodies_after
-- The next documents of a kind; nobody changes them before the transaction ends.
select id, body::text, summary::text, facts from document
where kind = %(kind)s and id > %(after)s order by id limit %(most)s for update

-- name: keep_summary
update document set summary = %(summary)s where kind = %(kind)s and id = %(id)s

-- name: one_moment
set transaction isolation level repeatable read, read only

-- name: documents
select body::text from document where kind = %(kind)s order by id

-- name: log_act
-- An act that the log has stays as it was.
insert into act (kind, id, number, at, done_by, action, account, unit, entry)
values (%(kind)s, %(id)s, %(number)s, %(at)s, %(done_by)s, %(action)s, %(account)s, %(unit)s, %(entry)s)
on conflict (kind, id, number) do nothing

-- name: acts
select entry::text from act where true {filters}
order by at desc, kind desc, id desc, number desc limit %(most)s offset %(skip)s

-- name: count_acts
select count(*) from act where true {filters}

-- name: acts_of_units
and (unit = any(%(units)s) or account in (select id from document where kind = 'account' and unit = any(%(units)s)))

-- name: log
select entry::text from act
