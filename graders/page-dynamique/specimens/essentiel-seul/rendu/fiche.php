<?php
require __DIR__ . '/commun.php';

$requete = $base->prepare($select . ' WHERE o.@{ columns.item.id }@ = ?');
$requete->execute([(int) ($_GET['id'] ?? 0)]);
$fiche = $requete->fetch();
if (!$fiche) {
    http_response_code(404);
}
$titre = $fiche ? $fiche['nom'] : 'Page introuvable';
?>
<!DOCTYPE html>
<html lang="fr">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title><?= h($titre) ?></title>
    <link rel="stylesheet" href="style.css">
</head>
<body>
<main>
    <h1><?= h($titre) ?></h1>
    <?php if ($fiche): ?>
        <p>@{ words.columns.category | e }@ : <?= h($fiche['categorie']) ?></p>
        <p>@{ words.columns.place | e }@ : <?= h($fiche['lieu']) ?></p>
        <p>@{ words.columns.price | e }@ : <?= prix($fiche['prix']) ?></p>
        <p>@{ words.columns.date | e }@ : <?= jour($fiche['jour']) ?></p>
        <p>@{ words.fields.description | e }@ : <?= h($fiche['description'] ?? @{ words.empty | php }@) ?></p>
    <?php else: ?>
        <p>Cette page n'existe pas, ou n'existe plus.</p>
    <?php endif ?>
    <p><a href="index.php">Retour à la liste</a></p>
</main>
</body>
</html>
