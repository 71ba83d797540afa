<?php
// Une fonction par page ou par action.

function page_liste(?int $filtre): void
{
    $texte = $_GET['recherche'] ?? '';
    $texte = is_string($texte) ? trim(mb_scrub($texte)) : '';
    $page = filter_var($_GET['page'] ?? 1, FILTER_VALIDATE_INT) ?: 1;
    [$fiches, $total, $page] = chercher_fiches($texte, $filtre, $page);
    afficher('liste', @{ ('Catalogue : ' ~ words['items']) | php }@, [
        'fiches' => $fiches,
        'page' => $page,
        'pages' => nombre_de_pages($total),
        'texte' => $texte,
        'filtre' => $filtre,
        'choix' => @{ "categories()" if rules.filter == "category" else "lieux()" }@,
    ]);
}

function page_fiche(int $id): void
{
    $fiche = fiche_ou_404($id);
    afficher('fiche', $fiche['nom'], ['fiche' => $fiche]);
}

function page_ajout(array $saisie, array $problemes): void
{
    afficher('formulaire', @{ ('Ajouter ' ~ words.an_item) | php }@, [
        'saisie' => $saisie,
        'problemes' => $problemes,
        'envoi' => $_POST['envoi'] ?? bin2hex(random_bytes(8)),
    ]);
}

function enregistrer_ajout(): void
{
    $envoi = is_string($_POST['envoi'] ?? null) ? $_POST['envoi'] : '';
    if ($deja = $_SESSION['envois'][$envoi] ?? null) {
        aller_a("/fiche/$deja", 'Cet ajout était déjà enregistré.');
    }
    $saisie = saisie_recue();
    if ($problemes = controler($saisie)) {
        page_ajout($saisie, $problemes);
        return;
    }
    $id = creer_fiche(pour_la_base($saisie));
    $_SESSION['envois'][$envoi] = $id;
    aller_a("/fiche/$id", 'Votre ajout est enregistré, merci.');
}

function page_modification(int $id): void
{
    $fiche = fiche_ou_404($id);
    afficher('formulaire', 'Modifier « ' . $fiche['nom'] . ' »', ['saisie' => saisie_depuis($fiche), 'problemes' => []]);
}

function enregistrer_modification(int $id): void
{
    $fiche = fiche_ou_404($id);
    $saisie = saisie_recue();
    if ($problemes = controler($saisie)) {
        afficher('formulaire', 'Modifier « ' . $fiche['nom'] . ' »', ['saisie' => $saisie, 'problemes' => $problemes]);
        return;
    }
    changer_fiche($id, pour_la_base($saisie));
    aller_a("/fiche/$id", 'Vos changements sont enregistrés.');
}

function enregistrer_suppression(int $id): void
{
    $fiche = fiche_ou_404($id);
    effacer_fiche($id);
    aller_a('/', '« ' . $fiche['nom'] . ' » est retiré du catalogue.');
}

function fiche_ou_404(int $id): array
{
    $fiche = trouver_fiche($id);
    if ($fiche === null) {
        page_introuvable();
        exit;
    }
    return $fiche;
}

function page_introuvable(): void
{
    http_response_code(404);
    afficher('message', 'Page introuvable', ['texte' => 'Il n\'y a rien à cette adresse. La page a pu être retirée.']);
}

/** Le détail va dans le journal du serveur ; le visiteur lit une phrase simple. */
function page_panne(Throwable $panne): void
{
    error_log((string) $panne);
    ob_clean();
    http_response_code(503);
    afficher('message', 'Site en pause', ['texte' => 'Nous ne pouvons pas afficher nos données pour le moment. Revenez dans quelques minutes.']);
}
