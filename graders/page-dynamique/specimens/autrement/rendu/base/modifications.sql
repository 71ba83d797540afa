ALTER TABLE @{ tables.item }@ ADD COLUMN vues INT NOT NULL DEFAULT 0;
UPDATE @{ tables.item }@ SET vues = @{ columns.item.id }@ % 7;
-- Les lignes de l'atelier, remises comme au début : celles de la vérification ne changent pas.
DELETE FROM @{ tables.item }@ WHERE @{ columns.item.id }@ % 2 = 0;
