<?php
require __DIR__ . '/inc/demarrage.php';
require __DIR__ . '/inc/formulaire.php';

$fiche = fiche_demandee();
$saisie = array_map(strval(...), $fiche);
$saisie['prix'] = $fiche['prix'] === null ? '' : str_replace('.', ',', (string) (float) $fiche['prix']);
$erreurs = [];
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    verifier_jeton();
    $saisie = saisie();
    $erreurs = erreurs($saisie);
    if ($erreurs === []) {
        modifier_fiche((int) $fiche['id'], fiche_saisie($saisie));
        rediriger('fiche.php?id=' . $fiche['id'], 'Les renseignements sont à jour.');
    }
}

entete($fiche['nom']);
formulaire($saisie, $erreurs, 'Enregistrer');
pied();
