create table if not exists account_password (
  account text primary key,
  hash text not null,
  set_at bigint not null
);
create table if not exists sign_in_attempt (
  subject text primary key,
  kind text not null,
  failures bigint not null,
  locked_until bigint not null,
  quiet_at bigint not null
);
create table if not exists browser_session (
  digest text primary key,
  account text not null,
  begun_at bigint not null,
  seen_at bigint not null
);
create index if not exists browser_session_of_account on browser_session (account);
create table if not exists service_token (
  id text primary key,
  digest text not null unique,
  account text not null,
  name text not null,
  scopes text not null,
  issued_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint not null
);
create index if not exists service_token_of_account on service_token (account);
create table if not exists external_identity (
  issuer text not null,
  subject text not null,
  account text not null,
  linked_at bigint not null,
  primary key (issuer, subject)
);
create index if not exists external_identity_of_account on external_identity (account);
create table if not exists open_id_flow (
  digest text primary key,
  return_to text not null,
  expires_at bigint not null
)
