<?php
// Ce que montrent la page d'accueil et api.php : les mêmes valeurs, déjà mises en forme.

/** Les critères de l'adresse et la page de résultats qui leur correspond. */
function resultats(): array
{
    $criteres = ['recherche' => texte($_GET, 'recherche'), 'filtre' => texte($_GET, 'filtre')];
    $total = compter_fiches(...array_values($criteres));
    $nombre_pages = max(1, (int) ceil($total / FICHES_PAR_PAGE));
    $page = min($nombre_pages, max(1, (int) texte($_GET, 'page')));
    $fiches = lister_fiches($criteres['recherche'], $criteres['filtre'], $page);
    return [
        'bilan' => $total === 0 ? @{ (words.no_item | capitalize ~ ' à afficher.') | php }@ : "Nombre de résultats : $total",
        'fiches' => array_map(mettre_en_forme(...), $fiches),
        'pages' => liens_pages($page, $nombre_pages, $criteres),
    ];
}

function mettre_en_forme(array $fiche): array
{
    return [
        'adresse' => 'fiche.php?id=' . $fiche['id'],
        'nom' => $fiche['nom'],
        'valeurs' => [$fiche['categorie'], $fiche['lieu'], prix($fiche['prix']), jour($fiche['jour'])],
    ];
}

/** Les liens vers les pages : la première, la dernière, les voisines et la suivante. */
function liens_pages(int $page, int $nombre_pages, array $criteres): array
{
    $liens = [];
    for ($numero = 1; $nombre_pages > 1 && $numero <= $nombre_pages; $numero++) {
        if ($numero === 1 || $numero === $nombre_pages || abs($numero - $page) <= 2) {
            $liens[] = ['texte' => (string) $numero, 'adresse' => adresse($criteres, $numero), 'ici' => $numero === $page];
        }
    }
    if ($page < $nombre_pages) {
        $liens[] = ['texte' => 'Suivant', 'adresse' => adresse($criteres, $page + 1), 'ici' => false];
    }
    return $liens;
}

function adresse(array $criteres, int $page): string
{
    return 'index.php?' . http_build_query(array_filter($criteres, 'strlen') + ['page' => $page]);
}
