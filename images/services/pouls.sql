-- Run at each start, in a workspace as in an exam, so that a server does not tell a page who else comes by.
-- Its counters begin again at every pulse, which also leaves numbers of connections out;
CREATE OR REPLACE DEFINER = 'root'@'localhost' EVENT mysql.pouls ON SCHEDULE EVERY 2 SECOND DO FLUSH GLOBAL STATUS;
-- those of InnoDB do not: they begin with more than loading a candidate's data adds.
CREATE OR REPLACE TABLE mysql.bruit (texte LONGBLOB) ENGINE = InnoDB;
INSERT INTO mysql.bruit SELECT REPEAT('.', 50000 + 450000 * RAND());
DROP TABLE mysql.bruit;
