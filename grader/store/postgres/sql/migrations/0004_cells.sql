-- Tier and rank beside the unit, so that reports by them need no summaries. `tiers` goes with `placed_at` as `units` does;
-- `ranks` has a beginning of its own, `ranked_at`. Until `grader migrate` has made the facts again they are null.

alter table learner
    add column tier text collate "C",
    add column rank text collate "C",
    add column tiers text[],
    add column ranked_at timestamptz[],
    add column ranks text[];

alter table progress
    add column tier text collate "C",
    add column rank text collate "C";
