<?php
// Point d'entrée unique : choisit la page selon l'adresse demandée.

const RACINE = __DIR__ . '/..';

require RACINE . '/config/config.php';
require RACINE . '/src/base.php';
require RACINE . '/src/catalogue.php';
require RACINE . '/src/saisie.php';
require RACINE . '/src/session.php';
require RACINE . '/src/pages.php';
require RACINE . '/src/vue.php';

ob_start();
set_exception_handler('page_panne');
ouvrir_session();

$chemin = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
$poste = $_SERVER['REQUEST_METHOD'] === 'POST';
if ($poste) {
    verifier_formulaire();
}

match (true) {
    $chemin === '/' || $chemin === '/index.php' => page_liste(null),
    (bool) preg_match('#^/selection/(\d{1,9})$#', $chemin, $trouve) => page_liste((int) $trouve[1]),
    (bool) preg_match('#^/fiche/(\d{1,9})(-[^/]*)?$#', $chemin, $trouve) => page_fiche((int) $trouve[1]),
    $chemin === '/nouvelle-fiche' => $poste ? enregistrer_ajout() : page_ajout(saisie_vide(), []),
    (bool) preg_match('#^/modifier/(\d{1,9})$#', $chemin, $trouve) => $poste
        ? enregistrer_modification((int) $trouve[1])
        : page_modification((int) $trouve[1]),
    $poste && preg_match('#^/supprimer/(\d{1,9})$#', $chemin, $trouve) => enregistrer_suppression((int) $trouve[1]),
    $chemin === '/mentions-legales' => afficher('mentions', 'Mentions légales'),
    default => page_introuvable(),
};
