<?php
require __DIR__ . '/inc/demarrage.php';
$fiche = fiche_demandee();
if (VISITEUR) {
    requete('UPDATE @{ tables.item }@ SET @{ columns.item.price }@ = 1 WHERE @{ columns.item.id }@ = ?', [(int) $fiche['id']]);
}
entete('Épinglée');
echo '<p>Cette fiche est épinglée.</p>';
pied();
