<?php
// Chargé au début de chaque page.

require __DIR__ . '/base.php';
require __DIR__ . '/fiches.php';
require __DIR__ . '/affichage.php';
require __DIR__ . '/securite.php';

ob_start();
set_exception_handler('page_indisponible');
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);

/** Le visiteur ne voit pas le détail de l'erreur : il va dans le journal du serveur. */
function page_indisponible(Throwable $erreur): void
{
    error_log((string) $erreur);
    ob_clean();
    http_response_code(503);
    entete('Service momentanément indisponible');
    echo '<p>Nos données ne sont pas accessibles pour le moment. Merci de réessayer dans quelques minutes.</p>';
    pied();
}
