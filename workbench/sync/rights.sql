-- Rights for a team: run once, as a superuser or as the owner of the database, after the tables are
-- there (psql -v ON_ERROR_STOP=1 -f rights.sql DATABASE). Run it again at any time.
--
--   case_owner     owns the tables; nobody logs in with it
--   case_writer    grant it to each engineer's role:   grant case_writer to anna;
--   case_reader    for who may only pull
--   case_redactor  grant it, beside case_writer, to who may take redacted texts out of the store
--
-- A writer can add to feeds of its own, add files and take case numbers, and nothing else: owner,
-- pushed_at and given_at are filled in by the server and can't be forged, and nothing can be changed
-- or removed but a file's content that is not what its name says, and a counter, which stands for no
-- more than the place to count on from: a number that was given is never given again.
--
-- Nothing written into another's feed becomes a part of it: a row of op is one of its feed only where
-- its owner is the feed's, which nobody can forge or change. A stranger's row is read by nobody, is in
-- the way of nobody (the owner is part of the key), and workbench store check tells whose it is. (Only
-- a version of Workbench that knew no store without the foreign key does not look whose a row is: who
-- still has one should update where colleagues are not to be trusted with SQL.) There is no row level
-- security on op: it would stop COPY.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['case_owner', 'case_writer', 'case_reader', 'case_redactor'] loop
    if not exists (select 1 from pg_catalog.pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
  -- Who is no superuser must be a member of a role to give it something.
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    grant case_owner to current_user;
  end if;
end $$;

grant create on schema casestore to case_owner;

alter table casestore.store owner to case_owner;
alter table casestore.feed owner to case_owner;
alter table casestore.op owner to case_owner;
alter table casestore.counter owner to case_owner;
alter table casestore.number owner to case_owner;
alter table casestore.blob owner to case_owner;
alter table casestore.blob_chunk owner to case_owner;
-- What is attached is mostly packed already: trying to pack it again only costs time.
alter table casestore.blob_chunk alter column data set storage external;

grant case_reader to case_writer;
-- The owner too: the server checks foreign keys in its name.
grant usage on schema casestore to case_owner, case_reader;
revoke all on casestore.store, casestore.feed, casestore.op, casestore.counter, casestore.number,
  casestore.blob, casestore.blob_chunk
  from public, case_reader, case_writer, case_redactor;
grant select on casestore.store, casestore.feed, casestore.op, casestore.counter, casestore.number,
  casestore.blob, casestore.blob_chunk
  to case_reader;
grant insert (feed) on casestore.feed to case_writer;
grant update (head, head_chain) on casestore.feed to case_writer;
grant insert (feed, seq, op_id, chain, bytes) on casestore.op to case_writer;
grant insert (family, last) on casestore.counter to case_writer;
grant update (last) on casestore.counter to case_writer;
grant insert (family, n, uid) on casestore.number to case_writer;
grant insert (sha256, size, chunks) on casestore.blob to case_writer;
grant insert (sha256, n, data) on casestore.blob_chunk to case_writer;

alter table casestore.feed enable row level security;
drop policy if exists everybody_reads on casestore.feed;
drop policy if exists own_insert on casestore.feed;
drop policy if exists own_update on casestore.feed;
create policy everybody_reads on casestore.feed for select using (true);
create policy own_insert on casestore.feed for insert with check (owner = current_user);
create policy own_update on casestore.feed for update
  using (owner = current_user) with check (owner = current_user);

-- The one change that a store allows: of a redacted change only its stub stays, in its place.
create or replace function casestore.erase(op_ids bytea[], stubs bytea[]) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    update casestore.op o set bytes = t.stub
    from unnest(op_ids, stubs) as t (op_id, stub)
    where o.op_id = t.op_id and substr(t.stub, 1, 1) = '-' and substr(o.bytes, 1, 1) <> '-'
    returning 1
  )
  select count(*) from gone
$$;
alter function casestore.erase(bytea[], bytea[]) owner to case_owner;
revoke all on function casestore.erase(bytea[], bytea[]) from public;
grant execute on function casestore.erase(bytea[], bytea[]) to case_redactor;

-- A content that is damaged may be removed by any writer, to send it again: the server looks first.
create or replace function casestore.mend_file(wanted bytea) returns boolean
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  with wrong as (
    select b.sha256 from casestore.blob b where b.sha256 = wanted and wanted is distinct from (
      select sha256(coalesce(string_agg(c.data, ''::bytea order by c.n), ''::bytea))
      from casestore.blob_chunk c where c.sha256 = b.sha256)
  ), gone as (
    delete from casestore.blob_chunk c using wrong w where c.sha256 = w.sha256
  ), rest as (
    delete from casestore.blob b using wrong w where b.sha256 = w.sha256
  )
  select exists (select 1 from wrong)
$$;
alter function casestore.mend_file(bytea) owner to case_owner;
revoke all on function casestore.mend_file(bytea) from public;
grant execute on function casestore.mend_file(bytea) to case_writer;

create or replace function casestore.discard_files(wanted bytea[]) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    delete from casestore.blob_chunk c where c.sha256 = any(wanted)
  ), rest as (
    delete from casestore.blob b where b.sha256 = any(wanted) returning 1
  )
  select count(*) from rest
$$;
alter function casestore.discard_files(bytea[]) owner to case_owner;
revoke all on function casestore.discard_files(bytea[]) from public;
grant execute on function casestore.discard_files(bytea[]) to case_redactor;

revoke create on schema casestore from case_owner;
