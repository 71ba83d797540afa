<?php
require __DIR__ . '/inc/demarrage.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $fiche = fiche_demandee();
    verifier_jeton();
    supprimer_fiche((int) $fiche['id']);
    rediriger('index.php', 'La fiche est supprimée.');
}
rediriger('index.php', 'Passez par la fiche.');
