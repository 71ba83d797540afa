<?php
require __DIR__ . '/inc/demarrage.php';
require __DIR__ . '/inc/formulaire.php';
require __DIR__ . '/inc/pages.php';

$recherche = texte($_GET, 'recherche');
$filtre = texte($_GET, 'filtre');
$total = compter_fiches($recherche, $filtre);
$nombre_pages = max(1, (int) ceil($total / FICHES_PAR_PAGE));
$page = min($nombre_pages, max(1, (int) texte($_GET, 'page')));
$fiches = lister_fiches($recherche, $filtre, $page);
$choix = choix_filtre();

entete(@{ ('Nos ' ~ words['items']) | php }@);
?>
    <form class="recherche" action="index.php">
        <p>
            <label for="recherche">@{ words.search | e }@</label>
            <input type="search" id="recherche" name="recherche" value="<?= h($recherche) ?>">
        </p>
        <p>
            <label for="filtre">@{ words.filter | e }@</label>
            <select id="filtre" name="filtre">
                <option value="">– tout afficher –</option>
                <?php options($choix, $filtre) ?>
            </select>
        </p>
        <p><button>Afficher</button></p>
    </form>
<?php if ($fiches === []): ?>
    <p>@{ words.no_item | capitalize | e }@ à afficher.</p>
<?php else: ?>
    <p><?= $total ?> résultat<?= $total > 1 ? 's' : '' ?></p>
    <div class="tableau" role="region" aria-label="Liste" tabindex="0">
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
            <tbody>
                <?php foreach ($fiches as $fiche): ?>
                <tr>
                    <td><a href="fiche.php?id=<?= $fiche['id'] ?>"><?= h($fiche['nom']) ?></a></td>
                    <td><?= h($fiche['categorie']) ?></td>
                    <td><?= h($fiche['lieu']) ?></td>
                    <td class="nombre"><?= h(prix($fiche['prix'])) ?></td>
                    <td class="nombre"><?= h(jour($fiche['jour'])) ?></td>
                </tr>
                <?php endforeach ?>
            </tbody>
        </table>
    </div>
<?php
endif;
liens_pages($page, $nombre_pages, ['recherche' => $recherche, 'filtre' => $filtre]);
pied();
