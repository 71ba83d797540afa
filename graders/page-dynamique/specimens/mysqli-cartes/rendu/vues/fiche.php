    <table>
        <tr><th scope="row">@{ words.columns.price | e }@</th><td><?= prix($fiche['prix']) ?></td></tr>
        <tr><th scope="row">@{ words.columns.category | e }@</th><td><?= e($fiche['nom_categorie']) ?></td></tr>
        <tr><th scope="row">@{ words.columns.place | e }@</th><td><?= e($fiche['nom_lieu']) ?></td></tr>
        <tr><th scope="row">@{ words.columns.date | e }@</th><td><?= jour($fiche['jour']) ?></td></tr>
        <tr><th scope="row">@{ words.fields.description | e }@</th><td class="texte"><?= e($fiche['description'] ?? @{ words.empty | php }@) ?></td></tr>
    </table>
    <p><a href="/modifier/<?= $fiche['id'] ?>">Corriger cette page</a></p>
    <form method="post" action="/supprimer/<?= $fiche['id'] ?>">
        <input type="hidden" name="cle" value="<?= $_SESSION['cle'] ?>">
        <button type="submit">Retirer du catalogue</button>
    </form>
