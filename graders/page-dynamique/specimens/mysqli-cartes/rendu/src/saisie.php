<?php
// Ce que le visiteur a tapé : lecture, contrôle, conversion pour la base.

function saisie_vide(): array
{
    return ['nom' => '', 'categorie' => '', 'lieu' => '', 'prix' => '', 'jour' => '', 'description' => ''];
}

function saisie_recue(): array
{
    $saisie = saisie_vide();
    foreach ($saisie as $champ => $rien) {
        $valeur = $_POST[$champ] ?? '';
        $saisie[$champ] = is_string($valeur) ? trim(str_replace("\r\n", "\n", mb_scrub($valeur))) : '';
    }
    return $saisie;
}

function saisie_depuis(array $fiche): array
{
    return [
        'nom' => $fiche['nom'],
        'categorie' => (string) $fiche['categorie'],
        'lieu' => (string) $fiche['lieu'],
        'prix' => str_replace('.', ',', (string) $fiche['prix']),
        'jour' => jour($fiche['jour']),
        'description' => (string) $fiche['description'],
    ];
}

/** Champ => message, pour chaque champ à corriger. */
function controler(array $saisie): array
{
    $problemes = [];
    if ($saisie['nom'] === '') {
        $problemes['nom'] = 'Ce nom est obligatoire.';
    } elseif (mb_strlen($saisie['nom']) > 120) {
        $problemes['nom'] = 'Ce nom est trop long : 120 caractères au plus.';
    }
    if (!isset(categories()[$saisie['categorie']])) {
        $problemes['categorie'] = 'Faites un choix dans la liste.';
    }
    if (!isset(lieux()[$saisie['lieu']])) {
        $problemes['lieu'] = 'Cochez une des réponses.';
    }
    if ($saisie['prix'] !== '' && nombre($saisie['prix']) === null) {
        $problemes['prix'] = 'Le prix est un nombre positif, comme 12,50.';
    }
    if (date_sql($saisie['jour']) === null) {
        $problemes['jour'] = 'La date est obligatoire et s\'écrit JJ/MM/AAAA, comme 09/03/2026.';
    }
    if (mb_strlen($saisie['description']) > 2000) {
        $problemes['description'] = 'Ce texte est trop long : 2000 caractères au plus.';
    }
    return $problemes;
}

/** La saisie contrôlée, telle que la base l'attend. */
function pour_la_base(array $saisie): array
{
    return [
        'prix' => nombre($saisie['prix']),
        'jour' => date_sql($saisie['jour']),
        'description' => $saisie['description'] === '' ? null : $saisie['description'],
    ] + $saisie;
}

/** « 1 234,5 » → « 1234.5 » ; null si ce n'est pas un prix. */
function nombre(string $texte): ?string
{
    $nombre = str_replace([',', ' ', "\u{00A0}", "\u{202F}"], ['.', '', '', ''], $texte);
    return preg_match('/^\d{1,6}(\.\d{1,2})?$/', $nombre) ? $nombre : null;
}

/** « 09/03/2026 » → « 2026-03-09 » ; null si ce jour n'existe pas. */
function date_sql(string $texte): ?string
{
    if (!preg_match('#^(\d{1,2})/(\d{1,2})/(\d{4})$#', $texte, $t) || !checkdate((int) $t[2], (int) $t[1], (int) $t[3])) {
        return null;
    }
    return sprintf('%04d-%02d-%02d', $t[3], $t[2], $t[1]);
}
