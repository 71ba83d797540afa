<?php
require_once 'connexion.php';

$nomDuSite = 'La Deuxième Manche';
$nombre = null; // reste à null si la base ne répond pas

try {
    $base = ouvrir_base();
    $nombre = (int) $base->query('SELECT COUNT(*) FROM trouvailles')->fetchColumn();
} catch (PDOException $erreur) {
    error_log($erreur->getMessage()); // le détail va dans le journal du serveur, pas dans la page
    http_response_code(503);          // 503 : service indisponible pour le moment
}
?>
<!doctype html>
<html lang="fr">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title><?= h($nomDuSite) ?></title>
    <link rel="stylesheet" href="style.css">
</head>
<body>
<header>
    <p class="site"><?= h($nomDuSite) ?></p>
</header>
<main>
    <h1>Bienvenue</h1>
    <?php if ($nombre === null): ?>
        <p class="message">Nos données ne sont pas disponibles pour le moment. Merci de revenir un peu plus tard.</p>
        <p>Vous construisez ce site ? Lisez « La base ne répond pas » dans le fichier LISEZMOI.</p>
    <?php else: ?>
        <p>Lignes trouvées dans la base : <?= $nombre ?>.</p>
        <!-- À vous : affichez ici la liste demandée par l'énoncé. -->
    <?php endif ?>
</main>
</body>
</html>
