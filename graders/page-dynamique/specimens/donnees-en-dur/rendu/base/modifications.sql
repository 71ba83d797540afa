SET FOREIGN_KEY_CHECKS = 0;
@% macro texte(valeur) %@@% if valeur is none %@NULL@% else %@'@{ valeur | string | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") }@'@% endif %@@% endmacro %@
@% for genre in ("category", "place", "item") %@
DELETE FROM @{ tables[genre] }@;
@% for ligne in rows[genre] %@
INSERT INTO @{ tables[genre] }@ (@{ columns[genre].values() | join(", ") }@) VALUES (@% for cle in columns[genre] %@@{ texte(ligne[cle]) }@@{ "" if loop.last else ", " }@@% endfor %@);
@% endfor %@
@% endfor %@
