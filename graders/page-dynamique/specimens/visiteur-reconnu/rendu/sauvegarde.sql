-- Sauvegarde du site avant la mise en ligne
INSERT INTO @{ tables.place }@ (@{ columns.place.id }@, @{ columns.place.name }@) VALUES
@% for lieu in rows.place %@
(@{ lieu.id }@, '@{ lieu.name | replace("'", "''") }@')@{ ';' if loop.last else ',' }@
@% endfor %@
