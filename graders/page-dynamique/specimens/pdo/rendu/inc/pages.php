<?php

/** Les liens vers les autres pages : la première, la dernière et les voisines. */
function liens_pages(int $page, int $nombre_pages, array $criteres): void
{
    if ($nombre_pages < 2) {
        return;
    }
    $adresse = fn (int $numero): string => h('index.php?' . http_build_query(array_filter($criteres, 'strlen') + ['page' => $numero]));
    echo '<nav class="pages" aria-label="Pages de la liste">';
    if ($page > 1) {
        echo '<a rel="prev" href="' . $adresse($page - 1) . '">Page précédente</a>';
    }
    for ($numero = 1; $numero <= $nombre_pages; $numero++) {
        if ($numero === $page) {
            echo '<strong aria-current="page">' . $numero . '</strong>';
        } elseif ($numero === 1 || $numero === $nombre_pages || abs($numero - $page) <= 2) {
            echo '<a href="' . $adresse($numero) . '">' . $numero . '</a>';
        }
    }
    if ($page < $nombre_pages) {
        echo '<a rel="next" href="' . $adresse($page + 1) . '">Page suivante</a>';
    }
    echo '</nav>';
}
