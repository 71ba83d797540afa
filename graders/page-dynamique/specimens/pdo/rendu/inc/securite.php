<?php
// Jetons des formulaires et page 404.

/** Le jeton de la session : un autre site ne peut pas le connaître. */
function jeton(): string
{
    $_SESSION['jeton'] ??= bin2hex(random_bytes(16));
    return $_SESSION['jeton'];
}

/** Refuse un formulaire qui ne vient pas de nos pages. */
function verifier_jeton(): void
{
    $recu = $_POST['jeton'] ?? '';
    if (!is_string($recu) || !hash_equals(jeton(), $recu)) {
        http_response_code(403);
        entete('Formulaire refusé');
        echo '<p>Ce formulaire a expiré. Revenez à la page précédente, rechargez-la et recommencez.</p>';
        pied();
        exit;
    }
}

/** Lit un texte envoyé par le visiteur (jamais un tableau). */
function texte(array $source, string $nom): string
{
    $valeur = $source[$nom] ?? '';
    return is_string($valeur) ? trim(str_replace("\r\n", "\n", mb_scrub($valeur))) : '';
}

/** La fiche dont l'identifiant est dans l'adresse, sinon une page 404. */
function fiche_demandee(): array
{
    $fiche = lire_fiche(texte($_GET, 'id'));
    if ($fiche === null) {
        http_response_code(404);
        entete('Page introuvable');
        echo '<p>Cette fiche n\'existe pas ou n\'existe plus.</p><p><a href="index.php">Revenir à la liste</a></p>';
        pied();
        exit;
    }
    return $fiche;
}

function rediriger(string $adresse, string $message): never
{
    $_SESSION['message'] = $message;
    header('Location: ' . $adresse, true, 303);
    exit;
}
