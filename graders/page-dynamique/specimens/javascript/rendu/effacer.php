<?php
require __DIR__ . '/inc/demarrage.php';

$fiche = fiche_demandee();
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    rediriger('fiche.php?id=' . $fiche['id'], 'Utilisez le bouton de cette page pour supprimer.');
}
verifier_jeton();
supprimer_fiche((int) $fiche['id']);
rediriger('index.php', 'La suppression est faite.');
