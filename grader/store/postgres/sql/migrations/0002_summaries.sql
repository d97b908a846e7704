-- Which program made the summaries of a kind, and what stands beside its documents. `grader migrate` makes them again
-- from the bodies where another one did.

create table summaries (
    kind text collate "C" primary key,
    made_by text not null
);
