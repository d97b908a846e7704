-- The log of acts: every act of every document, written in the transaction that keeps the document, and never changed.
-- `entry` is all of the act; the other columns are what it is searched by.

create table act (
    kind text collate "C" not null,
    id text collate "C" not null,
    number integer not null,
    at timestamptz not null,
    done_by text collate "C" not null,
    action text collate "C" not null,
    account text collate "C" not null,
    unit text collate "C" not null,
    entry json not null,
    primary key (kind, id, number)
);

create index act_at on act (at, kind, id, number);
create index act_account on act (account) where account <> '';
create index act_unit on act (unit) where unit <> '';
create index act_done_by on act (done_by);
