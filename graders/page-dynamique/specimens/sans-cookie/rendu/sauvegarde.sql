INSERT INTO membres (nom, courriel) VALUES ('Nadia', 'nadia@exemple.fr');
