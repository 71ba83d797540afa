<?php

/** La connexion à la base, ouverte une seule fois par page. */
function base(): PDO
{
    static $pdo = null;
    if ($pdo === null) {
        $config = require __DIR__ . '/../config.php';
        $adresse = "mysql:host={$config['hote']};port={$config['port']};dbname={$config['nom']};charset=utf8mb4";
        $pdo = new PDO($adresse, $config['utilisateur'], $config['mot_de_passe'], [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_EMULATE_PREPARES => false,
        ]);
    }
    return $pdo;
}

/** Exécute une requête préparée. */
function requete(string $sql, array $valeurs = []): PDOStatement
{
    $requete = base()->prepare($sql);
    $requete->execute($valeurs);
    return $requete;
}
