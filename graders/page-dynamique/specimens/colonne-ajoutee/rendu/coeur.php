<?php
require __DIR__ . '/inc/demarrage.php';

$fiche = fiche_demandee();
$adresse = 'fiche.php?id=' . $fiche['id'];
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    rediriger($adresse, 'Utilisez le bouton de cette page pour changer les coups de cœur.');
}
verifier_jeton();
changer_coup_de_coeur((int) $fiche['id']);
noter('Coup de cœur', $fiche['nom']);
rediriger($adresse, 'Les coups de cœur ont changé.');
