SET NAMES utf8mb4;
DROP TABLE IF EXISTS `trouvailles`, `rayons`, `depots`;

CREATE TABLE `rayons` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `libelle` VARCHAR(60) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `depots` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `libelle` VARCHAR(60) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `trouvailles` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `nom` VARCHAR(120) NOT NULL,
  `commentaire` TEXT NULL,
  `montant` DECIMAL(8,2) NULL,
  `mise_en_rayon` DATE NOT NULL,
  `rayon_id` INT NOT NULL,
  `depot_id` INT NOT NULL,
  PRIMARY KEY (`id`),
  FOREIGN KEY (`rayon_id`) REFERENCES `rayons` (`id`),
  FOREIGN KEY (`depot_id`) REFERENCES `depots` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
