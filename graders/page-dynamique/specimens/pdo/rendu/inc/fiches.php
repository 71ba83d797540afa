<?php
// Toutes les requêtes SQL du site.

const FICHES_PAR_PAGE = @{ rules.page_size }@;

const SELECTION = 'SELECT o.@{ columns.item.id }@ AS id, o.@{ columns.item.name }@ AS nom,
        o.@{ columns.item.description }@ AS description, o.@{ columns.item.price }@ AS prix,
        o.@{ columns.item.date }@ AS jour, o.@{ columns.item.category }@ AS categorie_id,
        o.@{ columns.item.place }@ AS lieu_id,
        c.@{ columns.category.name }@ AS categorie, l.@{ columns.place.name }@ AS lieu
    FROM @{ tables.item }@ o
    JOIN @{ tables.category }@ c ON c.@{ columns.category.id }@ = o.@{ columns.item.category }@
    JOIN @{ tables.place }@ l ON l.@{ columns.place.id }@ = o.@{ columns.item.place }@';

const ORDRE = ' ORDER BY @% for cle, sens in rules.order %@@% if cle == "price" %@o.@{ columns.item.price }@ IS NULL, @% endif %@o.@{ columns.item[cle] }@ @{ sens | upper }@, @% endfor %@o.@{ columns.item.id }@';

/** Prépare la fin de la requête (WHERE) selon la recherche et le filtre. */
function conditions(string $recherche, string $filtre): array
{
    $conditions = [];
    $valeurs = [];
    if ($recherche !== '') {
        $conditions[] = 'o.@{ columns.item.name }@ LIKE ?';
        $valeurs[] = '%' . addcslashes($recherche, '%_\\') . '%';
    }
    if ($filtre !== '') {
        $conditions[] = 'o.@{ columns.item[rules.filter] }@ = ?';
        $valeurs[] = (int) $filtre;
    }
    $sql = $conditions ? ' WHERE ' . implode(' AND ', $conditions) : '';
    return [$sql, $valeurs];
}

function compter_fiches(string $recherche, string $filtre): int
{
    [$condition, $valeurs] = conditions($recherche, $filtre);
    return (int) requete('SELECT COUNT(*) FROM @{ tables.item }@ o' . $condition, $valeurs)->fetchColumn();
}

function lister_fiches(string $recherche, string $filtre, int $page): array
{
    [$condition, $valeurs] = conditions($recherche, $filtre);
    $decalage = ($page - 1) * FICHES_PAR_PAGE;
    $limite = ' LIMIT ' . FICHES_PAR_PAGE . ' OFFSET ' . $decalage;
    return requete(SELECTION . $condition . ORDRE . $limite, $valeurs)->fetchAll();
}

/** La fiche demandée, ou null si elle n'existe pas. */
function lire_fiche(string $id): ?array
{
    if (!ctype_digit($id)) {
        return null;
    }
    return requete(SELECTION . ' WHERE o.@{ columns.item.id }@ = ?', [$id])->fetch() ?: null;
}

function ajouter_fiche(array $fiche): int
{
    requete(
        'INSERT INTO @{ tables.item }@ (@{ columns.item.name }@, @{ columns.item.category }@, @{ columns.item.place }@, @{ columns.item.price }@, @{ columns.item.date }@, @{ columns.item.description }@)
        VALUES (?, ?, ?, ?, ?, ?)',
        valeurs_de($fiche)
    );
    return (int) base()->lastInsertId();
}

function modifier_fiche(int $id, array $fiche): void
{
    requete(
        'UPDATE @{ tables.item }@ SET @{ columns.item.name }@ = ?, @{ columns.item.category }@ = ?, @{ columns.item.place }@ = ?,
            @{ columns.item.price }@ = ?, @{ columns.item.date }@ = ?, @{ columns.item.description }@ = ?
        WHERE @{ columns.item.id }@ = ?',
        [...valeurs_de($fiche), $id]
    );
}

function supprimer_fiche(int $id): void
{
    requete('DELETE FROM @{ tables.item }@ WHERE @{ columns.item.id }@ = ?', [$id]);
}

/** Les valeurs dans l'ordre des colonnes des deux requêtes précédentes. */
function valeurs_de(array $fiche): array
{
    return [
        $fiche['nom'], $fiche['categorie_id'], $fiche['lieu_id'],
        $fiche['prix'], $fiche['jour'], $fiche['description'],
    ];
}

/** Les choix d'une liste déroulante : identifiant => nom. */
function choix_categories(): array
{
    return requete('SELECT @{ columns.category.id }@, @{ columns.category.name }@ FROM @{ tables.category }@ ORDER BY @{ columns.category.name }@')
        ->fetchAll(PDO::FETCH_KEY_PAIR);
}

function choix_lieux(): array
{
    return requete('SELECT @{ columns.place.id }@, @{ columns.place.name }@ FROM @{ tables.place }@ ORDER BY @{ columns.place.name }@')
        ->fetchAll(PDO::FETCH_KEY_PAIR);
}

function choix_filtre(): array
{
    return @% if rules.filter == "category" %@choix_categories()@% else %@choix_lieux()@% endif %@;
}
