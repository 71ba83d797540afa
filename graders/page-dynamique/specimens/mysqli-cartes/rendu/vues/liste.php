    <form action="<?= adresse_liste($filtre, '') ?>" class="chercher">
        <label>@{ words.search | e }@ <input name="recherche" value="<?= e($texte) ?>"></label>
        <button>OK</button>
    </form>
    <nav aria-label="@{ words.filter | e }@" class="filtre">
        <p>@{ words.filter | e }@ :</p>
        <ul>
            <?php foreach ($choix as $id => $nom): ?>
            <li><a href="<?= e(adresse_liste($id, $texte)) ?>"<?= $id === $filtre ? ' aria-current="true"' : '' ?>><?= e($nom) ?></a></li>
            <?php endforeach ?>
            <li><a href="<?= e(adresse_liste(null, $texte)) ?>"<?= $filtre === null ? ' aria-current="true"' : '' ?>>Tout le catalogue</a></li>
        </ul>
    </nav>
    <?php if (!$fiches): ?>
    <p>Il n'y a @{ words.no_item | e }@ à vous montrer ici.</p>
    <?php endif ?>
    <div class="cartes">
        <?php foreach ($fiches as $fiche): ?>
        <article>
            <dl>
                <div><dt>@{ words.columns.name | e }@</dt><dd><a href="<?= e(adresse_fiche($fiche)) ?>"><?= e($fiche['nom']) ?></a></dd></div>
                <div><dt>@{ words.columns.price | e }@</dt><dd><?= prix($fiche['prix']) ?></dd></div>
                <div><dt>@{ words.columns.category | e }@</dt><dd><?= e($fiche['nom_categorie']) ?></dd></div>
                <div><dt>@{ words.columns.place | e }@</dt><dd><?= e($fiche['nom_lieu']) ?></dd></div>
                <div><dt>@{ words.columns.date | e }@</dt><dd><?= jour($fiche['jour']) ?></dd></div>
            </dl>
        </article>
        <?php endforeach ?>
    </div>
    <?php if ($pages > 1): ?>
    <nav aria-label="Pages" class="pages">
        <?php for ($n = 1; $n <= $pages; $n++): ?>
        <a href="<?= e(adresse_liste($filtre, $texte, $n)) ?>" aria-label="Page <?= $n ?>"<?= $n === $page ? ' aria-current="page"' : '' ?>><?= $n ?></a>
        <?php endfor ?>
        <?php if ($page < $pages): ?>
        <a href="<?= e(adresse_liste($filtre, $texte, $page + 1)) ?>" aria-label="Page suivante">›</a>
        <?php endif ?>
    </nav>
    <?php endif ?>
