<?php
// Affichage : gabarits et mise en forme.

/** Montre une vue dans le cadre commun à toutes les pages. */
function afficher(string $vue, string $titre, array $donnees = []): void
{
    extract($donnees);
    require RACINE . '/vues/haut.php';
    require RACINE . "/vues/$vue.php";
    require RACINE . '/vues/bas.php';
}

function e(?string $texte): string
{
    return htmlspecialchars($texte ?? '', ENT_QUOTES);
}

function prix(?string $prix): string
{
    return $prix === null ? @{ words.empty | php }@ : number_format((float) $prix, 2, ',', ' ') . ' €';
}

function jour(string $date): string
{
    return implode('/', array_reverse(explode('-', $date)));
}

/** L'adresse d'une fiche : seul le nombre compte, les mots aident à la lire. */
function adresse_fiche(array $fiche): string
{
    $mots = transliterator_transliterate('Any-Latin; Latin-ASCII; Lower()', $fiche['nom']);
    return "/fiche/{$fiche['id']}-" . trim(preg_replace('/[^a-z0-9]+/', '-', $mots), '-');
}

function adresse_liste(?int $filtre, string $texte, int $page = 1): string
{
    $parametres = array_filter(['recherche' => $texte, 'page' => $page > 1 ? "$page" : ''], 'strlen');
    return ($filtre === null ? '/' : "/selection/$filtre") . ($parametres ? '?' . http_build_query($parametres) : '');
}

function probleme(array $problemes, string $champ): string
{
    return isset($problemes[$champ]) ? "<span class=\"erreur\" id=\"aide-$champ\">" . e($problemes[$champ]) . '</span>' : '';
}

function relier(array $problemes, string $champ): string
{
    return isset($problemes[$champ]) ? " aria-invalid=\"true\" aria-describedby=\"aide-$champ\"" : '';
}
