<?php
require __DIR__ . '/commun.php';

$choisi = $_GET['choix'] ?? '';
$ordre = ' ORDER BY @% for cle, sens in rules.order %@o.@{ columns.item[cle] }@ @{ sens | upper }@@{ "" if loop.last else ", " }@@% endfor %@';

if ($choisi === '') {
    $requete = $base->query($select . $ordre);
} else {
    $requete = $base->prepare($select . ' WHERE o.@{ columns.item[rules.filter] }@ = ?' . $ordre);
    $requete->execute([$choisi]);
}
$lignes = $requete->fetchAll();
$choix = $base->query('SELECT @{ columns[rules.filter].id }@ AS id, @{ columns[rules.filter].name }@ AS nom FROM @{ tables[rules.filter] }@ ORDER BY nom')->fetchAll();
?>
<!DOCTYPE html>
<html lang="fr">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>@{ organisation.name | e }@</title>
    <link rel="stylesheet" href="style.css">
</head>
<body>
<main>
    <h1>@{ organisation.name | e }@</h1>
    <form>
        <label for="choix">@{ words.filter | e }@</label>
        <select id="choix" name="choix">
            <option value="">Tout voir</option>
            <?php foreach ($choix as $un): ?>
                <option value="<?= $un['id'] ?>"<?= $choisi == $un['id'] ? ' selected' : '' ?>><?= h($un['nom']) ?></option>
            <?php endforeach ?>
        </select>
        <button>Voir</button>
    </form>
    <?php if (count($lignes) === 0): ?>
        <p>Il n'y a rien à afficher pour le moment.</p>
    <?php else: ?>
        <table>
            <tr>
                <th>@{ words.columns.name | e }@</th>
                <th>@{ words.columns.category | e }@</th>
                <th>@{ words.columns.place | e }@</th>
                <th>@{ words.columns.price | e }@</th>
                <th>@{ words.columns.date | e }@</th>
            </tr>
            <?php foreach ($lignes as $ligne): ?>
                <tr>
                    <td><a href="fiche.php?id=<?= $ligne['id'] ?>"><?= h($ligne['nom']) ?></a></td>
                    <td><?= h($ligne['categorie']) ?></td>
                    <td><?= h($ligne['lieu']) ?></td>
                    <td><?= prix($ligne['prix']) ?></td>
                    <td><?= jour($ligne['jour']) ?></td>
                </tr>
            <?php endforeach ?>
        </table>
    <?php endif ?>
</main>
</body>
</html>
