"""The answer, the page, and what must be in nothing that is handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, quoted, some
from etabli.exam.contract.words import cut, fold, squeeze
from etabli.exam.reading.markup import unescape
from etabli.kit import language, papers

from .quiz import hosts

if TYPE_CHECKING:
    from etabli.exam.tools.page import SitePage

    from .shape import Variant
    from .work import Work

ANSWER_WORDS, PAGE_WORDS = (60, 250), 100
LEAST_GESTURES, LEAST_REFLEXES = 3, 4
ENGLISH_SPARED = 2
"""Sentences of a French page that may be in English: a slogan, a quotation."""


class Gesture(NamedTuple):
    """Something to do, and the words by which a text says it."""

    name: str
    said: str
    """The words by which it is recognised."""
    undone: str = ""
    """Of something not to do: the words that say to do it."""


_STOPPED = r"(?:annul|verrouill|desactiv|invalid|suspen|stopp|neutralis|gele|resili|coupe[rz]?\b|hors service|refai|remplac|supprim|arrete|declar\w* (?:\w+ ){0,3}vole)"
"""What is done to a card."""
_TELL = Gesture(
    "prévenir l'assistance",
    r"\b(?:assist[ae]nce|informatique|informaticiens?|support|previen\w*|prevenir|alert\w*|hot ?line|help ?desk|technicien\w*|dsi|admin(?:istrateur)?s?|(?:service|equipe|pole|gars) (?:de l )?(?:technique|info|it|securite)|depannage|(?:s occupe\w*|chargee?s?) des (?:ordinateurs|postes|pc)|ouvr\w+ un ticket (?:au|a|chez|aupres))\b",
)
GESTURES = {
    "motdepasse": (
        Gesture("changer le mot de passe", r"\bchang\w+|\bremplac\w+|\bmodifi\w+|\brenouvel\w+|\breinitialis\w+|\bnouveau mot de passe|\bredefini\w+|\breset\w*|\bmot de passe oublie|\bnouveaux? (?:mdp|codes?)\b|\bmet\w* a jour (?:ton|votre|le) (?:mot|mdp|code)|\brefai\w+ un mot de passe|\bne gard\w+ (?:\w+ ){0,2}ce mot de passe|\b(?:choisi\w*|trouve[sz]?|refai\w*|cree[sz]?|creer|mets?|mett\w+|prend\w*|prene\w*|invente[sz]?) (?:en )?(?:\w+ ){0,3}(?:mot de passe |mdp |code )?(?:un |une |le |du )?(?:tout )?(?:autre|nouveau|neuf|different|plus solide)\b(?! (?:message|mail|sujet|jour|collegue))"),
        Gesture("partout où il servait", r"(?:^|\| )partout\b|\bpartout ou\b|\b(?:chang|modif|remplac|renouvel|fai[rst]|met[sz]?\b|mett|nouveau|autre|different|unique|mots? de passe)[^|]{0,80}\bpartout\b|\bailleurs\b|\bautres? (?:\w+ )?(?:sites?|comptes?|services?|applis?|applications?|boites?|endroits?)|\bmeme mot de passe|\btous (?:les|vos|tes|ces|ceux) (?:\w+ )?(?:sites|comptes|services|endroits|ou (?:tu|vous))|\b(?:si|ou) (?:c (?:est|etait)|tu as|vous avez|tu avais|vous aviez) (?:\w+ ){0,3}le meme\b|\ble meme (?:sur|pour|a)\b|\breutilis\w+|\bun (?:par|a) un\b|\b(?:chaque|chacun|plusieurs)(?: \w+)? (?:sites?|comptes?|services?|endroits?)|\bpour chacun\b|\bla aussi\b|\bou (?:tu|vous) (?:l |le )?(?:av\w+|utilis\w+|mettiez|mettais)|\bque (?:tu|vous) (?:l )?utilis\w+|\bdifferent sur chacun\b|\bla bas\b|\btout ce qui s ouvr\w+|\b(?:pour|ouvr\w+) autre chose\b|\bqui (?:ont|avaient) ce (?:mot|code|mdp)\b|\bidentiques?\b|\bpartage\w+ ce\b"),
        Gesture("le second facteur", r"\b(?:2fa|a2f|mfa|otp)\b|\b(?:second|2nd|deuxieme|2e|2eme|double|deux|2|multi|plusieurs) (?:facteurs?|aut\w*enti\w*|verif\w*|identif\w*|etapes?|validation|protection|securite|code|serrure|cle)\b|\bfacteurs? (?:d |supplementaire|multiple)|\bmultifacteurs?\b|\bauthentification (?:forte|renforcee)\b|\b(?:appli\w*) d aut\w*enti\w*|\bcodes? (?:recu|a usage|par sms|par texto|de confirmation|de validation|unique|supplementaire|temporaire|(?:qui arrive |envoye )?sur (?:ton|votre|le) (?:telephone|portable|mobile))|\b(?:verification|validation|connexion|authentification) en (?:deux|2) temps\b|\bchaque (?:nouvelle )?connexion\b|\bcode a (?:six|6) chiffres|\bconfirm\w+ (?:\w+ ){0,2}(?:sms|mobile|telephone|texto)\b"),
        _TELL,
    ),
    "piece": (
        Gesture("débrancher le réseau", r"\bdebranch\w+|\breseau\b|\bwi ?fi\b|\binternet\b|\bcables?\b|\bdeconnect\w+|\b(?:connexion|hors ligne|mode avion|isol\w+|sans fil|filaire|ethernet|rj45)\b|\b(?:tire|enleve|retire)\w* (?:\w+ ){0,3}(?:fil|prise)\b|\bne laiss\w+ pas (?:\w+ ){0,3}connecte"),
        Gesture("ne pas éteindre", r"\bpas (?:l |le )?(?:poste |ordinateur |pc )?(?:etei\w+|arret\w+|redemarr\w+|reboot\w+|relanc\w+)|\bpas d arret|\bpas de redemarrage|\bne? (?:l |le )?(?:etei\w+|arret\w+|redemarr\w+|reboot\w+|relanc\w+)|\b(?:laiss\w*|gard\w*|maintenez|maintiens|maintenir|reste\w*|doit rester) (?:\w+ ){0,5}(?:allum\w*|tourne\w*|en (?:marche|route|fonctionnement|veille)|sous tension)\b|\b(?:inutile|evit\w+|peine|pas besoin|sans|absten\w+|surtout pas|interdit) (?:\w+ ){0,2}(?:eteindre|arreter|redemarrer|relancer|couper)|\b(?:ne|pas) touch\w+ (?:\w+ ){0,3}bouton|\bn y touch\w+|\bni (?:l )?(?:arret|eteind|redemarr)\w+|\bne (?:coup|met)\w* pas (?:\w+ ){0,2}(?:courant|hors tension|alimentation)", r"\b(?:eteignez|eteins|redemarre[sz]?|(?:l )?(?:eteindr|arreter|redemarrer)(?:ais|ait|iez)|(?:faut|faudra|dois|devez|puis) (?:l )?eteindre)\b"),
        Gesture("ne rien brancher", r"\bcle(?:f)?s?\b|\bdisques?\b|\bsupports?\b|\bperipheriques?\b|\busb\b|\b(?:rien|aucun\w*|ne?|pas|ni|evit\w+|absten\w+) (?:\w+ ){0,4}(?:re)?(?:branch|connecte[rz]?\b(?! (?:a|au|aux) (?:\w+ )?(?:reseau|internet|wifi|messagerie))|raccord|reli[ez]|plug)\w*|\b(?:re)?(?:branch|connecte|raccord|plug)\w* (?:\w+ ){0,2}(?:rien|aucun\w*|quoi que)\b", r"\b(?:rebranch|branch|inser|mett|utilis)(?:ez|e|es|s)? (?:\w+ ){0,3}(?:cles?|disques?|usb)\b|\b(?:sauv|copi|recopi|enregistr|transf)\w* (?:\w+ ){0,4}(?:sur|vers) (?:une?|ta|ton|votre|la|le) (?:\w+ )?(?:cle|disque|usb)\b"),
        _TELL,
    ),
    "carte": (
        Gesture("l'opposition", rf"\bopp?os\w+|(?<!serait )\bbloqu\w+|\bblocage\b|\binterbancaire\b|\b{_STOPPED}\w* (?:\w+ ){{0,4}}(?:carte|cb|paiements?)\b|\b(?:carte|cb)\b (?:\w+ ){{0,5}}{_STOPPED}\w*"),
        Gesture("prévenir la banque", r"\bbanque\b|\bbancaire\b|\bbanqui\w+|\bbank\b|\b(?:votre|ton|ta|un|une|le|la) conseillere?\b|\bagence\b|\bguichet\b|\bqui (?:gere|suit|s occupe de) (?:ton|votre|tes|vos) comptes?\b"),
        Gesture("surveiller les relevés", r"\breleves?\b|\boperations?\b|\bsurveill\w+|\bdebits?\b|\bpaiements?\b|\bprelevements?\b|\btransactions?\b|\bmouvements?\b|\bdebite\w*|\bextraits? de compte\b|\b(?:oeil|regard|consult|suiv|verifi|check|lis|lire|scrut|epluch|pointe|attenti|voir|vois|control|garde|jete)\w* (?:\w+ ){0,9}(?:comptes?|depenses?|retraits?|historique|achats?|argent|sommes?|ligne de (?:ton|votre) compte|appli de (?:ta|votre) banque)\b"),
        _TELL,
    ),
}  # fmt: skip
"""By scene: what ``reflexes.md`` says, and the words by which it is recognised."""
_SENTENCES = re.compile(r"[.;:!?]+(?=\s|$)|\n+")
_CLAUSES = re.compile(r"[.;:!?,()\n]+|\b(?:mais|puis|car|sinon|et)\b", re.IGNORECASE)
_DONE = r"(?:chang|modifi|remplac|renouvel|activ|bloqu|prev|avert|alert|dites?|dis|contact|appel|signal|fai|fer|derang|surveill|regard|debranch|coup|deconnect|parl|inform)"
_AGAINST = re.compile(
    r"^ni\b|\b(?:inutile|deconseil\w+ (?:\w+ ){0,3}?(?:de |d )(?!gard|laiss|utilis|reutilis|conserv)|ne (?:sert|servent|servirai\w*|servira) (?:a|pas|plus)|(?:est|serait|parait) (?:\w+ )?(?:imprudent|risque|dangereux|inutile|exagere)|(?<!pas )(?<!jamais )(?:(?:une|de la) perte de temps|du temps perdu|pour les paranos?\w*)|a quoi bon(?! (?:attendre|garder|se taire|(?:le |te |vous )?cacher))|sans interet(?! pour)|(?<!ne )(?:va|vont) se moquer|(?:a|ont) (?:mieux|autre chose) a faire|moins \w+ en (?:sait|savent|sauront)|(?:peux|pouvez) (?:t |vous )en passer|n (?:a|ont) pas a (?:le )?savoir"
    r"|^(?:surtout )?n (?:embet|os)\w+ pas|ne parl\w+ (?:\w+ ){0,5}a personne|(?<!sans )(?<!de )(?<!bon )(?<!pas )garde[rz]? le secret|(?:peux|pouvez) (?:garder (?:ce|le|ton|votre) (?:meme )?(?:mot|mdp|code)|(?:re)?brancher(?! (?:ni|aucun|de|rien)\b)(?!.*\b(?:quand|des que|une fois|apres|seulement|lorsque)\b))|(?<!pas )(?<!jamais )desactive[rz]? (?:la|le) (?:second|deuxieme|double|validation|verification|2fa)|(?:ca|cela|elle|il) complique"
    r"|laisse[rz]? (?:\w+ ){0,2}(?:comme avant|tels? quels?)|attend(?:s|ez) de voir|ne t occupe pas|n (?:es|etes) pas oblige\w*"
    r"|(?<!n )oublie[sz]? (?!pas)|(?<!n )attend\w* avant|sans urgence"
    r"|pas (?:besoin|la peine|necessaire|utile|oblige\w*)|(?:evit|gard)e[zr]? (?:vous )?(?:bien )?(?:de|d)"
    r"|n est (?:pas|plus) (?:de|du|d|une? (?:affaire|probleme|question))"
    rf"|ne? (?:(?:les?|la|l|lui|leur|y|en|vous|te|t) )?{_DONE}\w* (?:pas|rien|jamais|personne|aucun\w*|surtout)"
    rf"|ne (?:pas|rien|jamais|surtout pas) (?:(?:les?|la|l|lui|leur|y|en) )?{_DONE}\w*)\b(?! (?:\w+ ){{0,8}}(?:avant|sans)\b)"
)
"""A clause that says not to do it."""
_DISCOURAGES = re.compile(
    r"\b(?:inutile|pas (?:besoin|la peine))\b(?! (?:de |d )?(?:se |vous )?(?:etre|cliquer|ouvrir|repondre|precipiter|paniquer|presser|depecher|preuve|certitude))|(?<!pas )sans interet|(?<!pas )(?<!pas du )(?<!jamais du )temps perdu|a quoi bon(?! attendre)|(?<!ne )(?<!n )fai[rst]\w* perdre du temps\b(?! a personne)|^(?:surtout )?ne (?:vous embet|perd)\w+ pas (?:de|a)\b|\bn en parl\w+ (?:surtout )?(?:pas )?a personne\b"
    r"|^(?:surtout )?ne (?:signal|preven|avert)ez (?:rien|personne|que si)\b|^gardez (?:vos|ce|tous vos) doutes? pour vous\b"
)
"""A clause of a page that says that a reflex is not needed."""
_QUOTATION = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"\n]*\"")
_CONCEDES = re.compile(r"meme s\b|meme si\b|bien qu")
"""A clause that goes on with one that says not to do it."""
_DISMISSES = re.compile(
    r"a quoi bon|c est (?:du temps perdu|une perte de temps|inutile|sans interet|pour les paranos?)"
)
"""One that says not to do what the clause before it names."""
_SUBJECT = (
    r"(?:j['’]|tu |vous |c['’](?=était)|je |il |elle |on |nous |ils |elles |l['’]|l[ea] |les |une? |des |deux |trois |mon |ma |mes |notre |nos |son "
    r"|sa |ses |ce |cette |ces |d['’]autres |quelqu['’]un |(?!(?:tu|vous|si|ne|n|pas|qui|que)\b)\w+ (?=a\b))"
)
_BETWEEN = r"(?:(?!(?:qui|qu|que|quand|lorsqu\w*|parce|puisqu\w*|car|où|dont|si|faut|tu|vous|t|doi\w*|dev\w+|pas|jamais)\b)[\w'’-]{1,30} ){0,6}?"
_PARTICIPLE = (
    r"(?:\w+é|(?:re)?(?:reçu|vu|lu|fait|mis|pris|dit|écrit|ouvert|répondu|voulu|cru|perdu|eu|pu|fini|choisi|rempli|servi|tenu|éteint"
    r"|appris|compris|promis|permis))e?s?\b"
)
_TELLS = re.compile(
    r"^(?:(?:hier|avant hier|ensuite|enfin|apres|après|ce matin|un jour|lundi|mardi|mercredi|jeudi|vendredi|bref) )?"
    rf"{_SUBJECT}(?:{_BETWEEN}(?:(?:[mtl]['’])?(?:ai|as|a|avons|avez|ont|avais|avait|avions|aviez|avaient)(?: \w+){{0,2}}? {_PARTICIPLE}"
    r"|(?:est|sont|suis|était|étaient)(?: \w+)? (?:venu|parti|passé|arrivé|allé|tombé|resté|entré|sorti|revenu)e?s?\b"
    r"|\w{2,}(?<!r)(?:ait|aient)\b)|(?:[\w'’-]+ ){0,10}?(?:est|sont|reste|restent) (?:dans (?:mon|ma|mes)\b|chez (?!l[ea]s?\b|l['’]|t[oe]|vo|no|un|ce|lui|eux|mo)\w))"
)
"""A clause that tells what was done or said, or where something is: it advises nothing, whatever nouns it has."""
_BIDS = re.compile(r"\b(?:donc|alors|faut|doi[st]|devez|priorité)\b|\w-(?:le|la|les|l['’]|en|toi|vous)\b")
"""What a clause says to do, after what it tells."""
_TAKES_UP = re.compile(r"^\s*\w+-(?:le|la|les|lui|leur|en|y)\b")
_PURPOSE = re.compile(r"\b(?:pour|afin de) (?:ne|n|que|qu)\b.*")
"""What something is done for: « pour ne pas les perdre » negates nothing of it."""
_NOT_BIDDEN = re.compile(
    r"\b(?:personne|refus\w+|empech\w+|interdi\w+|celui|celle|ceux|envie|tent\w+|attention|dira|diront|de cote|erreur)\b"
)
_NEGATED = re.compile(r"\b(?:n|ne|ni|pas|rien|jamais|sans|aucun\w*|inutile|evit\w+|si|sauf)\b")
REFLEXES = (
    Gesture(
        "l'adresse",
        r"\badresses?\b|\bexpediteurs?\b|\bdomaines?\b|\barobase\b|\bemetteurs?\b|\benvoyeurs?\b|\bqui (?:vous |t |te |m |me |nous )?ecri[tr]\b|\bd ou (?:ca |il |elle )?vien\w+|\bde qui\b|\b(?:champ|ligne) de\b|\bprovenance\b|\bvien\w* (?:bien|vraiment)\b|\bnom affiche\b|\bde quelle boite\b|\b(?:vrai|l|le) (?:e ?)?mail (?:\w+ ){0,3}(?:cache|derriere|connai\w+|officiel)",
    ),
    Gesture(
        "le lien",
        r"\bliens?\b|\bsurvol\w+|\bcliqu\w+|\bclics?\b|\bpointeur\b|\bcurseur\b|\bsouris (?:sur|dessus)\b|\bla souris dessus\b|\burls?\b|\bqr codes?\b|\bboutons?\b|\bou (?:ca|il|elle|cela) (?:vous |t |nous )?(?:mene|envoie|pointe|conduit|emmene)|\b(?:vraie destination|vraie cible|destination|la cible avant)\b|\bdoigt appuye\b|\bfavoris\b",
        r"\b(?:cliquez|clique|suivez|suis|scannez|scanne) (?:\w+ ){0,3}(?:liens?|boutons?|qr codes?|dessus) (?:\w+ ){0,3}pour (?:voir|verifier|savoir)\b|\bvous pouvez (?:y )?cliquer (?:sans|vite|tranquillement|dessus|partout)\b|\bcliquez (?:sans crainte|vite|tranquillement)|\b(?:suffit|simple est) de cliquer (?:\w+ ){0,4}pour (?:voir|verifier|savoir)\b",
    ),
    Gesture(
        "la pièce jointe",
        r"\bpieces? jointes?\b|\bpjs?\b|\bexten[st]ions?\b|\bterminaisons?\b|\btrombones?\b|\bexe\b|\bannexes? d un (?:message|mail|courriel)|\battache\w* a un (?:e ?)?mail|\b(?:dernieres lettres|fin) du (?:fichier|nom)\b|\b(?:fichiers?|documents?|docs?|factures?) (?:\w+ ){0,8}?(?:joint|attach|ouvr|recu|fini|termin)\w*|\b(?:ouvr|telecharg|lance|execut)\w* (?:\w+ ){0,6}?(?:fichiers?|documents?|docs?|factures?)\b|\b(?:pdf|docx?|xlsx?|jpg) (?:exe|scr|js|html?)\b",
        r"\bouvrez (?:toutes?|les|la|chaque) pieces? jointes?\b(?! (?:que|qu|seulement|uniquement|quand|si)\b)|\b(?:ouvrez|ouvre|telechargez|telecharge|enregistrez|suffit d ouvrir|(?:pouvez|peut|peux) (?:l |les )?ouvrir)(?: \w+){0,6} (?:pour (?:voir|verifier|savoir)|tranquillement|sans crainte)\b",
    ),
    Gesture(
        "l'urgence",
        r"\burgen\w+|\bpress\w+|\bdelais?\b|\b(?:si|trop) vite\b|\b(?:pren|accord|donn|laiss)\w* (?:\w+ ){0,3}(?:temps|minutes?)\b|\bperdre (?:\w+ )?minutes\b|\bbouscul\w+|\bprecipit\w+|\bpaniqu\w+|\bcalm\w+|\bultimatum\b|\bzen\b|\bmenac\w+|\brespir\w+|\ba souffler\b|\bagir tout de suite\b|\bdepech\w+|\balarm\w+|\ba chaud\b|\btete baissee\b|\b(?:fai\w*|font) peur\b|\bdans l heure\b|\b(?:sous|dans les|dans) (?:24|48) ?h\w*\b",
        r"\b(?:repondez|traitez|obeissez|payez|(?:faut|vaut mieux|mieux vaut) (?:repondre|payer))(?: \w+){0,5} (?:vite|tout de suite|en premier|d abord|les messages qui donnent un delai)\b|\brespectez (?:le|les|ce|ces) delais?\b",
    ),
    Gesture(
        "l'IBAN",
        r"\biban\b|\brib\b|\b(?:coordonnees|references) (?:bancaires|de paiement)\b|\bcomptes? bancaires?\b|\bvirements?\b|\b(?:numeros?|chiffres) (?:de |du )compte\b|\b(?:vers|annonce|sur) (?:un )?(?:nouveau|autre) compte\b|\bcomptes? (?:a (?:vraiment )?change|qui change|inconnu|a crediter)|\bchang\w* (?:de )?(?:banque|compte)\b|\bnouvelle banque\b|\bbanque (?:\w+ )?(?:a )?change\b|\bcompte indique\b|\bcompte a crediter\b",
        r"\b(?:appel|telephon|rappel|compos|join)\w* (?:\w+ ){0,6}(?<!autre )numero (?:(?!que\b|autre|different|celui|plutot|lieu)\w+ ){0,3}(?:dans|sur|du) (?:le |ce |son |leur )?(?:meme )?(?:message|mail|courriel)|\bpayez (?:\w+ ){0,4}(?:nouveau|autre) compte\b",
    ),
    Gesture(
        "le signalement",
        r"\bsignal\w+|\balert\w+|\bpreven\w+|\bprevien\w+|\bavert\w+|\btransfer\w+|\bremont\w+|\b(?:en parler|parle[rz] en|osez parler|parle[rz] (?:a|au))\b|\b(?:dites|dis|dire) le\b|\ble dire\b|\bfai\w* (?:le )?savoir\b|\binform(?:e|es|ez|er)\b|\bcontacte[rz]? (?:l |le |la |votre )?(?:assistance|support|service|informati\w+)|\bcommunique\w* (?:a|au)\b|\bmontre\w* (?:le|la|les)\b|\bderanger\b|\bdemand\w+ (?:conseil|l avis|a l informati\w+|au support)|\bassistance\b|\bsupport\b|\badresse prevue\b",
    ),
)
_URL = re.compile(r"(?:https?\\?:/{0,9}|=\s*[\"']?//)([^\s/?\"'<>()\[\]{}#\\]{1,200})", re.IGNORECASE)
_PARTED = re.compile(r"(?<=\d)(?:[\W_]{1,5}|[\W_]{1,3}(?:puis|et)[\W_]{1,3})(?=\d)")
_TAGS, _LINE_END = re.compile(r"<[^<>]{0,200}>"), re.compile(r"-\s*\n\s*")
"""What parts a word in a page, and what parts it at the end of a line."""
_READ_AS = str.maketrans({"\\": "/", "\u00ad": None, "。": ".", "．": ".", "｡": "."})
"""What a browser makes of an address."""
_GRAVE = ("serious", "critical")
_LANGUAGE_RULES = ("html-has-lang", "html-lang-valid")


def expect_answer_length(text: str) -> None:
    """The answer has the length asked for."""
    papers.expect_length(text, ANSWER_WORDS, "La réponse", short="Dites les gestes un par un.", long="Un collègue inquiet lit trois phrases, pas une page.")  # fmt: skip


def _advising(text: str, against: re.Pattern[str] | None = None) -> str:
    """A text without its clauses that only tell, or that say what is against; one that the next takes up stays (« …, appelle-la »)."""
    stops = [*_CLAUSES.finditer(text)]
    begins, ends = [0, *(one.end() for one in stops)], [*(one.start() for one in stops), len(text)]
    clauses = [text[begin:end] for begin, end in zip(begins, ends, strict=True)]
    kept = list[str]()
    for at, one in enumerate(clauses):
        after = stops[at][0] if at < len(stops) else ""
        bids = _BIDS.search(one.lower()) or _TAKES_UP.search(clauses[at + 1].lower() if after else "")
        tells = _TELLS.match(one.strip().lower()) and not bids and after.strip() not in ("?", ":")
        kept += [" " if tells or (against and against.search(fold(one))) else one, after]
    return "".join(kept)


def _bidden(clause: str) -> str:
    """A folded clause that says to do something, without what that is for; '' where it says not to."""
    rest = _PURPOSE.sub("", clause)
    return "" if _NEGATED.search(rest) or (rest != clause and _NOT_BIDDEN.search(rest)) else rest


def advised(text: str, scene: str) -> list[str]:
    """The gestures of what happened that a text advises, and advises not to leave undone."""
    text, clauses = _advising(text), list[str]()
    for one in map(fold, _CLAUSES.split(text)):
        if clauses and (_DISMISSES.match(one) or (_CONCEDES.match(one) and _AGAINST.search(clauses[-1]))):
            clauses[-1] += f" {one}"
        else:
            clauses.append(one)
    kept = " | ".join(one for one in clauses if not _AGAINST.search(one))
    done = [cut for one in clauses if (cut := _bidden(one))]
    return [
        one.name
        for one in GESTURES[scene]
        if re.search(one.said, fold(text) if one.undone else kept)
        and not (one.undone and any(re.search(one.undone, clause) for clause in done))
    ]


def expect_gestures(text: str, scene: str) -> None:
    """The answer tells at least three of the four gestures of what happened."""
    found = len(advised(text, scene))
    if found < LEAST_GESTURES:
        raise Failed(
            f"On reconnaît {counted(found, 'geste conseillé', 'gestes conseillés')} sur {len(GESTURES[scene])} dans la "
            "réponse.",
            "Au moins trois des quatre gestes que dit la fiche des réflexes pour ce cas-là ; un geste déconseillé ne compte "
            "pas.",
        )


def expect_page(leaf: SitePage) -> None:
    """The page has one filled heading of level 1, and enough to read."""
    headings, most = leaf.headings(1), papers.words(leaf.text).most
    stops = most < PAGE_WORDS / papers.AT_ALL
    if len(headings) != 1 or not squeeze(headings[0]):
        found = "n'a aucun titre <h1>" if not headings else f"a {len(headings)} titres <h1>" if len(headings) > 1 else "a un titre <h1> vide"  # fmt: skip
        raise Failed(f"La page {found}.", "Un titre de niveau 1, rempli.", stops=stops)
    if most < PAGE_WORDS * (1 - papers.SPARE):
        raise Failed(f"La page montre {counted(most, 'mot')}.", f"Au moins {PAGE_WORDS} mots.", stops=stops)


def spoken_of(text: str) -> list[str]:
    """The reflexes of which a page speaks, and of none the contrary."""
    text = _advising(text, _DISCOURAGES)
    said = " | ".join(map(fold, _SENTENCES.split(text)))
    clauses = map(fold, _CLAUSES.split(_QUOTATION.sub(" ", text)))
    done = [cut for one in clauses if (cut := _bidden(one))]
    return [
        one.name
        for one in REFLEXES
        if re.search(one.said, said) and not (one.undone and any(re.search(one.undone, clause) for clause in done))
    ]


def expect_reflexes(text: str) -> None:
    """The page speaks of most of the six reflexes; whether each is good is for a person."""
    lacking = [one.name for one in REFLEXES if one.name not in spoken_of(text)]
    if len(REFLEXES) - len(lacking) < LEAST_REFLEXES:
        raise Failed(
            f"On reconnaît {counted(len(REFLEXES) - len(lacking), 'réflexe')} sur {len(REFLEXES)} : il manque, ou est dit à "
            f"l'envers, {quoted(lacking)}.",
            f"Au moins {LEAST_REFLEXES} des six réflexes de la fiche.",
        )


def expect_french(leaf: SitePage) -> None:
    """The page says that it is in French, and is."""
    lang = leaf.lang
    if lang.lower().split("-")[0] != "fr":
        told = f"lang vaut « {cut(lang, 20)} »" if lang else "la balise <html> ne dit pas la langue"
        raise Failed(f"Dans la page, {told}.", "La balise <html> dit « fr » dans son attribut lang.")
    english = list(language.english_ones([leaf.text]))
    if len(english) > ENGLISH_SPARED:
        raise Failed(
            f"La page a {len(english)} phrases en anglais, dont {quote(english[0], 60)}.", "Une page en français."
        )


def expect_accessible(leaf: SitePage) -> None:
    """No serious or critical violation of axe-core."""
    faults = [one for one in leaf.axe() if one.impact in _GRAVE and one.id not in _LANGUAGE_RULES]
    if faults:
        nodes = [f"{one.help}{f' : {cut(one.nodes[0], 80)}' if one.nodes else ''}" for one in faults]
        lines = "\n- ".join([f"La page a {counted(len(faults), 'défaut grave', 'défauts graves')} :", *nodes[:4]])
        raise Failed(lines, "Aucun défaut grave ou critique.")


def expect_nothing_personal(work: Work) -> None:
    """Nothing of what is personal in the messages is in any file, under any usual disguise.

    A phone number is its nine last digits, whatever parts them and stands before them (02.61…, +33 2 61…).
    """
    found: dict[str, list[str]] = {}
    phones = [one[1:] for one in work.variant.private if one.isdigit()]
    lines: dict[str, list[str]] = {}
    for path, trace in work.traces():
        text = unescape(trace.text)
        lines.setdefault(path, []).append(text)
        digits = _PARTED.sub("", text)
        shown = [text, *([_TAGS.sub("", text)] if path.endswith(".html") else [])]
        if any(map(work.blot.found, shown)) or any(phone in digits for phone in phones):
            found.setdefault(path, []).append(trace.where)
    for path, texts in lines.items():
        whole = "\n".join(texts)
        read = [_LINE_END.sub("", whole), *([_TAGS.sub("", whole)] if path.endswith(".html") else [])]
        if path not in found and any(work.blot.found(one.replace("\n", " ")) for one in read):
            found[path] = ["au bout d'une ligne"]
    if found:
        places = [f"{path} ({some(list(dict.fromkeys(where)), 2)})" for path, where in found.items()]
        raise Failed(
            f"On lit une donnée d'une personne extérieure dans {some(places, 3, ' ; ')}.",
            "Ni nom, ni téléphone, ni adresse postale d'une personne extérieure, dans aucun fichier.",
        )


def expect_no_link(work: Work, variant: Variant, spared: Sequence[str]) -> None:
    """No link of a trap can be followed, the sorting table apart."""
    traps = hosts(variant)[0]
    for path, trace in work.traces():
        text = "" if path in spared else unescape(trace.text)
        for host in dict.fromkeys(_URL.findall(text) + _URL.findall(text.translate(_READ_AS))):
            bare = unquote(host).lower().rpartition("@")[2].partition(":")[0].rstrip(".,;")
            if any(bare == trap or bare.endswith(f".{trap}") for trap in traps):
                raise Failed(
                    f"{path} ({trace.where}) : un lien vers « {cut(bare, 60).replace('.', '[.]')} » peut être suivi.",
                    "Un lien de piège s'écrit hxxps://exemple[.]test : personne ne peut cliquer dessus.",
                )
