<?php
// Ouvre la base de données. À inclure dans chaque page : require_once 'connexion.php';

function ouvrir_base(): PDO
{
    $config = require __DIR__ . '/config.php';
    $adresse = "mysql:host={$config['hote']};port={$config['port']};dbname={$config['base']};charset=utf8mb4";

    return new PDO($adresse, $config['utilisateur'], $config['mot_de_passe'], [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,       // une erreur SQL lève une exception
        PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,  // une ligne = un tableau « colonne => valeur »
    ]);
}

// Rend un texte sans danger dans une page HTML : < devient &lt;, & devient &amp;…
function h(?string $texte): string
{
    return htmlspecialchars($texte ?? '', ENT_QUOTES, 'UTF-8');
}
