-- Documents, the names they claim, and what reports need of them.
--
-- `body` is the document as every store keeps it; `json`, not `jsonb`, because the order of members is content (options,
-- tiers) and because jsonb holds no U+0000. What lists ask for stands in columns of its own. In text columns U+0000 is
-- written as U+001A and 0, U+001A as U+001A and 1.

create table document (
    kind text collate "C" not null,
    id text collate "C" not null,
    version integer not null check (version > 0),
    body json not null,
    summary json not null,
    facts text not null,
    programme text collate "C",
    account text collate "C",
    unit text collate "C",
    role text collate "C",
    sitting boolean,
    due timestamptz,
    started timestamptz,
    leased timestamptz,
    primary key (kind, id)
) with (fillfactor = 85);

comment on column document.facts is 'digest of the columns below, the names and the facts in other tables: equal, they are not written again';
comment on column document.leased is 'until when a sweeping process has the document for itself';

create index document_unit on document (unit, role) where kind = 'account';
create index document_role on document (role) where kind = 'account' and role <> 'learner';
create index document_account on document (account) where kind in ('dossier', 'attempt');
create index document_programme on document (programme) where kind = 'dossier';
create index document_started on document (programme, started) where kind = 'attempt';
create index document_sitting on document (id) where kind = 'dossier' and sitting;
create index document_due on document (due) where due is not null;

create table name (
    space text collate "C" not null,
    text text collate "C" not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    primary key (space, text)
);

create index name_holder on name (kind, id);

-- Where a learner is since `settled`, the time of the last change; reports at that time or later need no more. What was
-- before, where anything was, as step functions: at D holds the entry number width_bucket(D, …), the default before.
create table learner (
    id text collate "C" primary key,
    unit text collate "C" not null,
    is_active boolean not null,
    exempt text[],
    settled timestamptz not null,
    placed_at timestamptz[],
    units text[],
    switched_at timestamptz[],
    active boolean[],
    exempt_programmes text[],
    exempt_from timestamptz[],
    exempt_to timestamptz[]
);

create index learner_unit on learner (unit);
create index learner_past on learner (settled) where units is not null;
create index learner_units on learner using gin (units);

-- A dossier's dated milestones, with a copy of where the learner is, so that a report on a million needs no join.
create table progress (
    id text collate "C" primary key,
    programme text collate "C" not null,
    account text collate "C" not null,
    unit text collate "C",
    is_eligible boolean,
    settled timestamptz,
    started timestamptz,
    hours_met timestamptz,
    examined timestamptz,
    passed timestamptz,
    qualified timestamptz
);

create index progress_unit on progress (programme, unit);
create index progress_settled on progress (programme, settled);
create index progress_account on progress (account);

-- While a row stands here an import is not finished and nobody may use the store.
create table import (
    digest text primary key,
    documents bigint not null,
    begun timestamptz not null default now()
);

-- What `grader migrate` has done, and what the tables looked like afterwards.
create table migration (
    number integer primary key,
    name text not null,
    digest text not null,
    shape text[] not null,
    applied timestamptz not null default now()
);
