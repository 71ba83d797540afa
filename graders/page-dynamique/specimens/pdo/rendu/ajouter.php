<?php
require __DIR__ . '/inc/demarrage.php';
require __DIR__ . '/inc/formulaire.php';

$saisie = saisie();
$erreurs = [];
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    verifier_jeton();
    $envoi = texte($_POST, 'envoi');
    // Le même formulaire envoyé deux fois : la fiche est déjà enregistrée.
    if (isset($_SESSION['envois'][$envoi])) {
        rediriger('fiche.php?id=' . $_SESSION['envois'][$envoi], 'La fiche est déjà enregistrée.');
    }
    $erreurs = erreurs($saisie);
    if ($erreurs === []) {
        $id = ajouter_fiche(fiche_saisie($saisie));
        $_SESSION['envois'][$envoi] = $id;
        rediriger('fiche.php?id=' . $id, 'La fiche est enregistrée.');
    }
}

entete(@{ ('Ajouter ' ~ words.an_item) | php }@);
formulaire($saisie, $erreurs, 'Enregistrer');
pied();
