<?php
require __DIR__ . '/inc/demarrage.php';

$fiche = fiche_demandee();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    verifier_jeton();
    supprimer_fiche((int) $fiche['id']);
    rediriger('index.php', 'La fiche est partie au rebut.');
}
rediriger('fiche.php?id=' . $fiche['id'], '');
