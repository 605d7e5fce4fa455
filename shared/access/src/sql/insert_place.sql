insert into place (organisation, kind, city, province)
values
