-- Export complet
@% for ligne in rows.item[:20] %@
INSERT INTO @{ tables.item }@ (@{ columns.item.id }@, @{ columns.item.date }@) VALUES (@{ ligne.id }@, '@{ ligne.date }@');
@% endfor %@
