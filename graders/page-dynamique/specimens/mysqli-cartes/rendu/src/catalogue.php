<?php
// Ce que le site lit et écrit dans la base.

const PAR_PAGE = @{ rules.page_size }@;

const FICHE = 'SELECT o.@{ columns.item.id }@ AS id, o.@{ columns.item.name }@ AS nom,
        o.@{ columns.item.description }@ AS description, o.@{ columns.item.price }@ AS prix,
        o.@{ columns.item.date }@ AS jour, o.@{ columns.item.category }@ AS categorie,
        o.@{ columns.item.place }@ AS lieu,
        c.@{ columns.category.name }@ AS nom_categorie, l.@{ columns.place.name }@ AS nom_lieu
    FROM @{ tables.item }@ AS o
    INNER JOIN @{ tables.category }@ AS c ON c.@{ columns.category.id }@ = o.@{ columns.item.category }@
    INNER JOIN @{ tables.place }@ AS l ON l.@{ columns.place.id }@ = o.@{ columns.item.place }@ ';

const TRI = '@% for cle, sens in rules.order %@@% if cle == "price" %@o.@{ columns.item.price }@ IS NULL, @% endif %@o.@{ columns.item[cle] }@ @{ sens | upper }@, @% endfor %@o.@{ columns.item.id }@';

/** Une page de fiches, et le nombre total de fiches trouvées. */
function chercher_fiches(string $texte, ?int $filtre, int $page): array
{
    $condition = 'WHERE o.@{ columns.item.name }@ LIKE ? AND (? IS NULL OR o.@{ columns.item[rules.filter] }@ = ?)';
    $valeurs = ['%' . addcslashes($texte, '\\%_') . '%', $filtre, $filtre];
    $total = (int) lignes("SELECT COUNT(*) AS total FROM @{ tables.item }@ AS o $condition", $valeurs)[0]['total'];
    $page = max(1, min($page, nombre_de_pages($total)));
    $fiches = lignes(
        FICHE . $condition . ' ORDER BY ' . TRI . ' LIMIT ? OFFSET ?',
        [...$valeurs, PAR_PAGE, ($page - 1) * PAR_PAGE]
    );
    return [$fiches, $total, $page];
}

function nombre_de_pages(int $total): int
{
    return max(1, intdiv($total + PAR_PAGE - 1, PAR_PAGE));
}

function trouver_fiche(int $id): ?array
{
    return lignes(FICHE . 'WHERE o.@{ columns.item.id }@ = ?', [$id])[0] ?? null;
}

function creer_fiche(array $f): int
{
    changer(
        'INSERT INTO @{ tables.item }@ SET @{ columns.item.name }@ = ?, @{ columns.item.category }@ = ?, @{ columns.item.place }@ = ?,
            @{ columns.item.price }@ = ?, @{ columns.item.date }@ = ?, @{ columns.item.description }@ = ?',
        [$f['nom'], $f['categorie'], $f['lieu'], $f['prix'], $f['jour'], $f['description']]
    );
    return base()->insert_id;
}

function changer_fiche(int $id, array $f): void
{
    changer(
        'UPDATE @{ tables.item }@ SET @{ columns.item.name }@ = ?, @{ columns.item.category }@ = ?, @{ columns.item.place }@ = ?,
            @{ columns.item.price }@ = ?, @{ columns.item.date }@ = ?, @{ columns.item.description }@ = ?
        WHERE @{ columns.item.id }@ = ?',
        [$f['nom'], $f['categorie'], $f['lieu'], $f['prix'], $f['jour'], $f['description'], $id]
    );
}

function effacer_fiche(int $id): void
{
    changer('DELETE FROM @{ tables.item }@ WHERE @{ columns.item.id }@ = ?', [$id]);
}

/** identifiant => nom */
function categories(): array
{
    return array_column(lignes('SELECT @{ columns.category.id }@ AS id, @{ columns.category.name }@ AS nom FROM @{ tables.category }@ ORDER BY nom'), 'nom', 'id');
}

/** identifiant => nom */
function lieux(): array
{
    return array_column(lignes('SELECT @{ columns.place.id }@ AS id, @{ columns.place.name }@ AS nom FROM @{ tables.place }@ ORDER BY nom'), 'nom', 'id');
}
