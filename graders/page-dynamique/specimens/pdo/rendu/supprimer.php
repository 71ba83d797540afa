<?php
require __DIR__ . '/inc/demarrage.php';

$fiche = fiche_demandee();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    verifier_jeton();
    supprimer_fiche((int) $fiche['id']);
    rediriger('index.php', 'La fiche est supprimée.');
}

entete('Supprimer : ' . $fiche['nom']);
?>
    <p>Cette fiche sera supprimée définitivement.</p>
    <form method="post">
        <input type="hidden" name="jeton" value="<?= jeton() ?>">
        <p><button>Supprimer définitivement</button> <a href="fiche.php?id=<?= $fiche['id'] ?>">Annuler</a></p>
    </form>
<?php
pied();
