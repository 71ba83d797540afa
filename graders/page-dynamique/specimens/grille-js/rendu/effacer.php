<?php
require __DIR__ . '/inc/demarrage.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $fiche = fiche_demandee();
    verifier_jeton();
    if (texte($_POST, 'sur') !== '1') {
        rediriger('fiche.php?id=' . $fiche['id'], 'Cochez la case avant de supprimer.');
    }
    supprimer_fiche((int) $fiche['id']);
    rediriger('index.php', 'La fiche est supprimée.');
}
rediriger('index.php', 'Passez par la fiche.');
