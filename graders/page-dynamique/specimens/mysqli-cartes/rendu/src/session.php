<?php

function ouvrir_session(): void
{
    session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
    $_SESSION['cle'] ??= bin2hex(random_bytes(20));
}

/** Refuse un formulaire qui n'a pas été affiché par ce site à ce visiteur. */
function verifier_formulaire(): void
{
    $cle = $_POST['cle'] ?? '';
    if (!is_string($cle) || !hash_equals($_SESSION['cle'], $cle)) {
        http_response_code(403);
        afficher('message', 'Envoi refusé', ['texte' => 'Ce formulaire n\'est plus valable. Rechargez sa page, puis recommencez.']);
        exit;
    }
}

function aller_a(string $adresse, string $annonce): never
{
    $_SESSION['annonce'] = $annonce;
    header("Location: $adresse", true, 303);
    exit;
}

/** L'annonce laissée par la page précédente, montrée une seule fois. */
function annonce(): ?string
{
    $annonce = $_SESSION['annonce'] ?? null;
    unset($_SESSION['annonce']);
    return $annonce;
}
