-- A reviewer comes with an appeal's id alone, and does not know the account.

create index appeals_by_id on appeals (appeal_id);
