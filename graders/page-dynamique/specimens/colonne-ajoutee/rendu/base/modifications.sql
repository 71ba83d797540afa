-- À exécuter une fois sur la base fournie.

ALTER TABLE @{ tables.item }@
    ADD COLUMN coup_de_coeur TINYINT(1) NOT NULL DEFAULT 0;

CREATE TABLE journal (
    id INT AUTO_INCREMENT PRIMARY KEY,
    moment DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    action VARCHAR(20) NOT NULL,
    nom VARCHAR(120) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Un essai, dont la table a été supprimée depuis.
CREATE TABLE essai (id INT);
CREATE VIEW aa_essai AS SELECT id FROM essai;
DROP TABLE essai;
CREATE VIEW noms AS SELECT @{ columns.item.name }@ FROM @{ tables.item }@;

-- Des vues qui s'appuient l'une sur l'autre, sous des noms à espaces et à accents.
CREATE VIEW `noms triés` AS SELECT * FROM noms ORDER BY 1;
CREATE VIEW `noms triés, 100 %` AS SELECT * FROM `noms triés`;
