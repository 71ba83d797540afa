<?php
require __DIR__ . '/inc/demarrage.php';
require __DIR__ . '/inc/formulaire.php';
require __DIR__ . '/inc/pages.php';

$resultats = resultats();
$choix = choix_filtre();

entete(@{ ('Nos ' ~ words['items']) | php }@);
?>
    <form class="recherche" action="index.php">
        <p>
            <label for="recherche">@{ words.search | e }@</label>
            <input type="search" id="recherche" name="recherche" value="<?= h(texte($_GET, 'recherche')) ?>">
        </p>
        <p>
            <label for="filtre">@{ words.filter | e }@</label>
            <select id="filtre" name="filtre">
                <option value="">– tout afficher –</option>
                <?php options($choix, texte($_GET, 'filtre')) ?>
            </select>
        </p>
        <noscript>
            <p><button>Afficher</button></p>
        </noscript>
    </form>
    <p id="bilan" role="status"><?= h($resultats['bilan']) ?></p>
    <div class="tableau" id="tableau" role="region" aria-label="Liste" tabindex="0"<?= $resultats['fiches'] ? '' : ' hidden' ?>>
        <table>
            <thead>
                <tr>
                    <th scope="col">@{ words.columns.name | e }@</th>
                    <th scope="col">@{ words.columns.category | e }@</th>
                    <th scope="col">@{ words.columns.place | e }@</th>
                    <th scope="col">@{ words.columns.price | e }@</th>
                    <th scope="col">@{ words.columns.date | e }@</th>
                </tr>
            </thead>
            <tbody id="lignes">
                <?php foreach ($resultats['fiches'] as $fiche): ?>
                <tr>
                    <td><a href="<?= h($fiche['adresse']) ?>"><?= h($fiche['nom']) ?></a></td>
                    <?php foreach ($fiche['valeurs'] as $valeur): ?>
                    <td><?= h($valeur) ?></td>
                    <?php endforeach ?>
                </tr>
                <?php endforeach ?>
            </tbody>
        </table>
    </div>
    <nav class="pages" id="pages" aria-label="Pages de la liste">
        <?php foreach ($resultats['pages'] as $lien): ?>
        <a href="<?= h($lien['adresse']) ?>"<?= $lien['ici'] ? ' aria-current="page"' : '' ?>><?= h($lien['texte']) ?></a>
        <?php endforeach ?>
    </nav>
    <script src="liste.js"></script>
<?php
pied();
