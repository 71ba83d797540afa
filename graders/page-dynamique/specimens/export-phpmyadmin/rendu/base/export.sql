-- phpMyAdmin SQL Dump
-- https://www.phpmyadmin.net/
--
-- Hôte : 127.0.0.1

SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;

--
-- Base de données : `@{ setting }@`
--

@% macro texte(valeur) %@@% if valeur is none %@NULL@% else %@'@{ valeur | string | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") }@'@% endif %@@% endmacro %@
@% for genre in ("category", "place") %@
-- --------------------------------------------------------

--
-- Structure de la table `@{ tables[genre] }@`
--

CREATE TABLE `@{ tables[genre] }@` (
  `@{ columns[genre].id }@` int(11) NOT NULL,
  `@{ columns[genre].name }@` varchar(60) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Déchargement des données de la table `@{ tables[genre] }@`
--

INSERT INTO `@{ tables[genre] }@` (`@{ columns[genre].id }@`, `@{ columns[genre].name }@`) VALUES
@% for ligne in rows[genre] %@
(@{ ligne.id }@, @{ texte(ligne.name) }@)@{ ";" if loop.last else "," }@
@% endfor %@

@% endfor %@
-- --------------------------------------------------------

--
-- Structure de la table `@{ tables.item }@`
--

CREATE TABLE `@{ tables.item }@` (
  `@{ columns.item.id }@` int(11) NOT NULL,
  `@{ columns.item.name }@` varchar(120) NOT NULL,
  `@{ columns.item.description }@` text DEFAULT NULL,
  `@{ columns.item.price }@` decimal(8,2) DEFAULT NULL,
  `@{ columns.item.date }@` date NOT NULL,
  `@{ columns.item.category }@` int(11) NOT NULL,
  `@{ columns.item.place }@` int(11) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Déchargement des données de la table `@{ tables.item }@`
--

INSERT INTO `@{ tables.item }@` (`@{ columns.item.id }@`, `@{ columns.item.name }@`, `@{ columns.item.description }@`, `@{ columns.item.price }@`, `@{ columns.item.date }@`, `@{ columns.item.category }@`, `@{ columns.item.place }@`) VALUES
@% for ligne in rows.item %@
(@{ ligne.id }@, @{ texte(ligne.name) }@, @{ texte(ligne.description) }@, @{ texte(ligne.price) }@, @{ texte(ligne.date) }@, @{ ligne.category }@, @{ ligne.place }@)@{ ";" if loop.last else "," }@
@% endfor %@

--
-- Index pour les tables déchargées
--

@% for genre in ("category", "place") %@
ALTER TABLE `@{ tables[genre] }@`
  ADD PRIMARY KEY (`@{ columns[genre].id }@`);

@% endfor %@
ALTER TABLE `@{ tables.item }@`
  ADD PRIMARY KEY (`@{ columns.item.id }@`),
  ADD KEY `@{ columns.item.category }@` (`@{ columns.item.category }@`),
  ADD KEY `@{ columns.item.place }@` (`@{ columns.item.place }@`);

--
-- AUTO_INCREMENT pour les tables déchargées
--

@% for genre in ("category", "place", "item") %@
ALTER TABLE `@{ tables[genre] }@`
  MODIFY `@{ columns[genre].id }@` int(11) NOT NULL AUTO_INCREMENT;

@% endfor %@
--
-- Contraintes pour les tables déchargées
--

ALTER TABLE `@{ tables.item }@`
  ADD CONSTRAINT `@{ tables.item }@_ibfk_1` FOREIGN KEY (`@{ columns.item.category }@`) REFERENCES `@{ tables.category }@` (`@{ columns.category.id }@`),
  ADD CONSTRAINT `@{ tables.item }@_ibfk_2` FOREIGN KEY (`@{ columns.item.place }@`) REFERENCES `@{ tables.place }@` (`@{ columns.place.id }@`);
COMMIT;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
