<?php
require __DIR__ . '/inc/demarrage.php';

$fiche = fiche_demandee();

entete($fiche['nom']);
?>
    <dl>
        <dt>@{ words.columns.category | e }@</dt>
        <dd><?= h($fiche['categorie']) ?></dd>
        <dt>@{ words.columns.place | e }@</dt>
        <dd><?= h($fiche['lieu']) ?></dd>
        <dt>@{ words.columns.price | e }@</dt>
        <dd><?= h(prix($fiche['prix'])) ?></dd>
        <dt>@{ words.columns.date | e }@</dt>
        <dd><?= h(jour($fiche['jour'])) ?></dd>
        <dt>@{ words.fields.description | e }@</dt>
        <dd><?= nl2br(h($fiche['description'] ?? NON_RENSEIGNE)) ?></dd>
    </dl>
    <p>
        <a href="modifier.php?id=<?= $fiche['id'] ?>">Modifier @{ words.this_item | e }@</a> ·
        <a href="supprimer.php?id=<?= $fiche['id'] ?>">Supprimer @{ words.this_item | e }@</a>
    </p>
    <p><a href="index.php">Revenir à la liste</a></p>
<?php
pied();
