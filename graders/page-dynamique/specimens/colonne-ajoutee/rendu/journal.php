<?php
require __DIR__ . '/inc/demarrage.php';

$lignes = lire_journal();

entete('Journal');
?>
<?php if ($lignes === []): ?>
    <p>Rien n'a été ajouté, modifié ou supprimé.</p>
<?php else: ?>
    <ul>
        <?php foreach ($lignes as $ligne): ?>
        <li><?= h(date('d/m/Y à H:i', strtotime($ligne['moment']))) ?> : <?= h($ligne['action']) ?> – <?= h($ligne['nom']) ?></li>
        <?php endforeach ?>
    </ul>
<?php
endif;
pied();
