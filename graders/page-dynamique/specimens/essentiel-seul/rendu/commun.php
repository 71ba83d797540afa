<?php
// Connexion, requête commune et mise en forme, pour les deux pages du site.

$config = require __DIR__ . '/config.php';
$base = new PDO(
    "mysql:host={$config['hote']};port={$config['port']};dbname={$config['base']};charset=utf8mb4",
    $config['utilisateur'],
    $config['mot_de_passe'],
);

$select = 'SELECT o.@{ columns.item.id }@ AS id, o.@{ columns.item.name }@ AS nom,
        o.@{ columns.item.description }@ AS description, o.@{ columns.item.price }@ AS prix,
        o.@{ columns.item.date }@ AS jour,
        c.@{ columns.category.name }@ AS categorie, l.@{ columns.place.name }@ AS lieu
    FROM @{ tables.item }@ o
    JOIN @{ tables.category }@ c ON c.@{ columns.category.id }@ = o.@{ columns.item.category }@
    JOIN @{ tables.place }@ l ON l.@{ columns.place.id }@ = o.@{ columns.item.place }@';

function h($texte)
{
    return htmlspecialchars($texte);
}

function prix($prix)
{
    return $prix === null ? @{ words.empty | php }@ : number_format($prix, 2, ',', ' ') . ' €';
}

function jour($jour)
{
    return date('d/m/Y', strtotime($jour));
}
