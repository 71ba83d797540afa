<?php
require __DIR__ . '/inc/demarrage.php';

entete(@{ ('Nos ' ~ words['items']) | php }@);
?>
    <ul id="liste"></ul>
    <script src="liste.js"></script>
<?php
pied();
